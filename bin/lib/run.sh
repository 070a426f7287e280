#!/bin/sh
# Runs bin/lib/<command>.ts with the right Node and the locked packages; both are installed where they are missing.
set -eu

command=$1
shift
LEDGER_CWD=$(pwd)
export LEDGER_CWD
cd "$(dirname "$0")/../.."

fail() {
  printf '错误：%s\n' "$1" >&2
  exit 1
}

is_current() {
  major=$("$1" -p 'process.versions.node.split(".")[0]' 2>/dev/null) || return 1
  [ "$major" -ge 24 ] 2>/dev/null
}

own=$(command -v node || true)
if [ -n "$own" ] && is_current "$own"; then
  node=$own
else
  node=$PWD/.node/node_modules/.bin/node
  if ! is_current "$node"; then
    command -v npm >/dev/null 2>&1 || fail '需要 Node.js 24 或更高版本，请先安装（https://nodejs.org）。'
    echo '正在安装 Node.js 24 ……' >&2
    mkdir -p .node
    printf '%s\n' '{"private":true,"dependencies":{"node":"24.21.0"},"allowScripts":{"node":true}}' >.node/package.json
    npm install --prefix .node --no-audit --no-fund --loglevel=error >&2 ||
      fail '未能安装 Node.js 24：请检查网络或 npm 镜像设置，或自行安装 Node.js 24 后重试。'
    is_current "$node" || fail '安装的 Node.js 24 不能运行：请删除 .node 文件夹后重试，或自行安装 Node.js 24。'
  fi
  PATH=$(dirname "$node"):$PATH
  export PATH
fi

stamp=node_modules/.ledger-stamp
lock=$(cksum <package-lock.json) || fail '缺少 package-lock.json，项目文件不完整。'
if [ ! -f "$stamp" ] || [ "$(cat "$stamp")" != "$lock" ]; then
  if ! "$node" bin/lib/installed.mjs; then
    command -v npm >/dev/null 2>&1 || fail '缺少 npm，不能安装依赖包：请安装带 npm 的 Node.js 24。'
    echo '正在安装依赖包……' >&2
    # A registry that carries one platform only leaves the others' optional packages out of the lock. `npm ci` then refuses it;
    # `npm install` puts in the same versions.
    log=${TMPDIR:-/tmp}/ledger-npm.$$
    if ! npm ci --no-audit --no-fund --loglevel=error >"$log" 2>&1 &&
      ! npm install --no-save --no-audit --no-fund --loglevel=error >"$log" 2>&1; then
      cat "$log" >&2
      rm -f "$log"
      fail '未能安装依赖包：请检查网络、npm 镜像设置与磁盘空间后重试，原因见上。'
    fi
    rm -f "$log"
  fi
  printf '%s\n' "$lock" >"$stamp"
fi

exec "$node" --conditions=react-server --import tsx "bin/lib/$command.ts" "$@"
