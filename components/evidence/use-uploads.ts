'use client';

import { useCallback, useEffect, useRef, useState } from 'react';
import { EVIDENCE_LIMITS, type EvidenceTarget, type EvidenceView } from '@/lib/evidence/evidence.schema';
import { sizeWords } from './evidence-words';

/** A file on its way: sent as far as percent, or refused. */
export type Upload = {
  key: number;
  file: File;
  percent: number;
  /** Why it is not there; retrying makes sense where canRetry. */
  refusal: string | null;
  canRetry: boolean;
  isWaiting: boolean;
};

/** The server takes four of an account; one is left for another window. */
const AT_ONCE = 3;

function refusalOf(file: File): string | null {
  if (file.size === 0) return '是空文件（0 字节），没有上传。请确认选对了文件。';
  if (file.size > EVIDENCE_LIMITS.bytes) {
    return `有 ${sizeWords(file.size)}，超过 ${EVIDENCE_LIMITS.bytes / 1024 / 1024} MB 的上限，没有上传。请压缩、拆分后再试，或改为添加网址。`;
  }
  return null;
}

export function targetParams(target: EvidenceTarget, unitId: number | undefined): Record<string, string> {
  return {
    ...('slipId' in target ? { slipId: String(target.slipId) } : { taskId: String(target.taskId) }),
    ...(unitId === undefined ? {} : { unitId: String(unitId) }),
  };
}

/** What the server answered, as words. */
export function answerOf(status: number, text: string): { evidence?: EvidenceView; message: string } {
  if (status === 0) return { message: '网络中断，没有上传成功。请检查网络后重试。' };
  try {
    return JSON.parse(text) as { evidence?: EvidenceView; message: string };
  } catch {
    return { message: '系统暂时无法接收，请稍后重试。' };
  }
}

/** Sends files one request each, a few at a time; tells of each how far it has gone and why it was refused. */
export function useUploads(
  target: EvidenceTarget,
  unitId: number | undefined,
  onDone: (evidence: EvidenceView) => void,
) {
  const [uploads, setUploads] = useState<Upload[]>([]);
  const next = useRef(1);
  const running = useRef(new Map<number, XMLHttpRequest>());
  const change = useCallback((key: number, changes: Partial<Upload>) => {
    setUploads((all) => all.map((one) => (one.key === key ? { ...one, ...changes } : one)));
  }, []);
  const drop = useCallback((key: number) => {
    running.current.get(key)?.abort();
    running.current.delete(key);
    setUploads((all) => all.filter((one) => one.key !== key));
  }, []);

  const send = (upload: Upload) => {
    const xhr = new XMLHttpRequest();
    running.current.set(upload.key, xhr);
    const params = new URLSearchParams({ ...targetParams(target, unitId), name: upload.file.name });
    xhr.open('POST', `/api/evidence?${params}`);
    xhr.setRequestHeader('content-type', 'application/octet-stream');
    xhr.setRequestHeader('accept', 'application/json');
    xhr.upload.onprogress = ({ loaded, total }) => change(upload.key, { percent: Math.floor((loaded / total) * 100) });
    xhr.onloadend = () => {
      if (!running.current.delete(upload.key)) return; // cancelled
      const answer = answerOf(xhr.status, xhr.responseText);
      if (answer.evidence) {
        setUploads((all) => all.filter((one) => one.key !== upload.key));
        onDone(answer.evidence);
      } else {
        const canRetry = ![400, 403, 404, 409, 413].includes(xhr.status) || answer.message.startsWith('上传中断');
        change(upload.key, { refusal: answer.message, canRetry });
      }
    };
    change(upload.key, { isWaiting: false, percent: 0 });
    xhr.send(upload.file);
  };

  // Whenever one has ended, the next in line goes.
  useEffect(() => {
    const free = AT_ONCE - running.current.size;
    for (const upload of uploads.filter((one) => one.isWaiting).slice(0, Math.max(0, free))) send(upload);
  });
  useEffect(() => {
    const all = running.current;
    return () => {
      for (const [key, xhr] of all) {
        all.delete(key);
        xhr.abort();
      }
    };
  }, []);

  const add = (files: Iterable<File>) => {
    const made = [...files].map((file): Upload => {
      const refusal = refusalOf(file);
      next.current += 1;
      return { key: next.current, file, percent: 0, refusal, canRetry: false, isWaiting: refusal === null };
    });
    setUploads((all) => [...all, ...made]);
  };
  const retry = (key: number) => change(key, { refusal: null, isWaiting: true, percent: 0 });
  return { uploads, add, drop, retry };
}
