import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Role } from '@/lib/rights/rights.table';
import { roleWords } from '@/lib/server/auth/actor';
import { generatePassword, hashPassword } from '@/lib/server/auth/password';
import { inTransaction, type Tx } from '@/lib/server/db';
import { ADMIN_USERNAME } from '../seed';
import { Random } from './random';

/** The account by which a run tells that the accounts are there. */
const MARK = 'ezhou.office';

/** Latin names of units in user names, by the name without its 市, 区 or 鄂州 at the head. */
const LATIN: Record<string, string> = {
  市场监管局: 'shichang',
  行政审批局: 'shenpi',
  自然资源和规划局: 'zigui',
  自然资源和规划分局: 'zigui',
  自然资源局: 'ziran',
  水利局: 'shuili',
  住建局: 'zhujian',
  发改委: 'fagai',
  发改局: 'fagai',
  发改经信局: 'fagaijingxin',
  公共资源交易中心: 'jiaoyi',
  财政局: 'caizheng',
  地方金融工作局: 'jinrong',
  金融办: 'jinrong',
  人行鄂州市中心支行: 'renhang',
  科技局: 'keji',
  科经局: 'kejing',
  人社局: 'renshe',
  经信局: 'jingxin',
  税务局: 'shuiwu',
  司法局: 'sifa',
  法院: 'fayuan',
  检察院: 'jianchayuan',
  公安局: 'gongan',
  公安分局: 'gongan',
  商务局: 'shangwu',
  交通运输局: 'jiaotong',
  交通局: 'jiaotong',
  委组织部: 'zuzhibu',
  委宣传部: 'xuanchuanbu',
  委政法委: 'zhengfawei',
  委编办: 'bianban',
  委办公室: 'weiban',
  政府办公室: 'zhengfuban',
  文旅局: 'wenlv',
  民政局: 'minzheng',
  卫健委: 'weijian',
  教育局: 'jiaoyu',
  生态环境局: 'huanjing',
  生态环境分局: 'huanjing',
  优化办: 'youhuaban',
  营商办: 'yingshangban',
  政数局: 'zhengshu',
  纪委监委机关: 'jijian',
  督考办: 'dukao',
  督查室: 'ducha',
  农业农村局: 'nongye',
  城管局: 'chengguan',
  工商联: 'gongshanglian',
  建筑市场监管科: 'jianzhu',
  城市建设科: 'chengjian',
  财务科: 'caiwu',
  人事教育科: 'renshi',
  行政审批科: 'shenpi',
  信息中心: 'xinxi',
  工程质量安全监管科: 'zhian',
  政策法规科: 'fagui',
  办公室: 'bangongshi',
  委文明办: 'wenming',
  委统战部: 'tongzhan',
  人大常委会办公室: 'renda',
  政协办公室: 'zhengxie',
  城管委: 'chengguan',
  医保局: 'yibao',
  人防办: 'renfang',
  政府国资委: 'guozi',
  公积金中心: 'gongjijin',
  融媒体中心: 'rongmeiti',
  科协: 'kexie',
  气象局: 'qixiang',
  鄂州银保监分局: 'yinbaojian',
  鄂州海关: 'haiguan',
  供电公司: 'gongdian',
  水务集团公司: 'shuiwujituan',
  安泰天然气有限责任公司: 'tianranqi',
  公汽公司: 'gongqi',
  城控集团: 'chengkong',
  葛华自来水公司: 'zilaishui',
  葛华天然气公司: 'tianranqi',
  何店镇人民政府: 'hedian',
  何店高质量发展示范区服务中心: 'hedian-fuwu',
  房产开发管理和市场监管科: 'fangchan',
  科技与勘察设计科: 'kancha',
  政府投资工程管理中心: 'touzi',
  造价站: 'zaojia',
  质监站: 'zhijian',
  房产交易所: 'jiaoyisuo',
  '建管站(安全站)': 'jianguan',
};

const SURNAMES = '王李张刘陈杨黄赵周吴徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘蒋蔡余'.split('');
const GIVEN =
  '建国 志强 晓燕 丽娟 国平 海涛 文静 俊杰 雪梅 永红 立新 春华 秀英 明辉 少华 思远 雨欣 佳慧 宏伟 正阳 清源 若兰 子涵 卫东 凯 敏 静 磊 洋 婷'.split(
    ' ',
  );

export type DemoAccount = {
  username: string;
  displayName: string;
  role: Role;
  /** Of a reporter or head, or of the office's own people. */
  unitId: number | null;
  regionId: number | null;
  scopeUnitId: number | null;
  /** Printed into the file of accounts. */
  unit: string | null;
  region: string | null;
  /** What stands before the role in the words kept with every event. */
  place: string;
  /** Beside those who tell the story of the tasks: a second person of an office or unit, or somebody of a unit that leads nothing. */
  isBeside: boolean;
};

const DISTRICTS = [
  { region: 'ezhou', office: '市优化办' },
  { region: 'huarong', office: '区优化办' },
  { region: 'zengdu', office: '区营商办' },
];
const BUREAU = { region: 'ezhou', name: '市住建局' };
/** Units in which a second reporter looks after a part of the tasks. */
const SECOND_REPORTERS = ['ezhou.shichang', 'huarong.fagaijingxin', 'zengdu.shichang'];

/**
 * Office, leader and admin of each region and of the bureau; a reporter and a head of every unit that leads a task. After them those who stand beside:
 * a second person in every office (what one drafts another checks), a 分管领导, a reporter of every other unit on a list, the offices of the other districts.
 */
export async function planAccounts(): Promise<DemoAccount[]> {
  return inTransaction(async (tx) => {
    const random = new Random('accounts');
    const regions = new Map((await tx.region.findMany()).map((region) => [region.code, region]));
    const units = await tx.unit.findMany({
      include: { region: true, parent: true, _count: { select: { taskUnits: { where: { role: 'LEAD' } } } } },
      orderBy: { sortOrder: 'asc' },
    });
    const names = new Set<string>();
    const nameOfPerson = () => {
      for (;;) {
        const name = random.pick(SURNAMES) + random.pick(GIVEN);
        if (!names.has(name)) {
          names.add(name);
          return name;
        }
      }
    };
    const unitOf = (region: string, name: string) => {
      const unit = units.find((u) => u.region.code === region && u.parentId === null && u.name === name);
      if (!unit) throw new Error(`no unit ${name} in ${region}`);
      return unit;
    };

    const accounts: DemoAccount[] = [];
    const add = (account: Omit<DemoAccount, 'displayName' | 'isBeside'>, isBeside = false) =>
      accounts.push({ ...account, displayName: nameOfPerson(), isBeside });
    const bureau = unitOf(BUREAU.region, BUREAU.name);
    for (const { region: code, office } of DISTRICTS) {
      const region = regions.get(code)!;
      for (const role of ['office', 'leader', 'admin'] as const) {
        const own = role === 'office' ? unitOf(code, office) : null;
        add({
          username: `${code}.${role}`,
          role,
          unitId: own?.id ?? null,
          regionId: region.id,
          scopeUnitId: null,
          unit: null,
          region: code,
          place: own?.name ?? region.name,
        });
      }
      // Units with most to do first; a unit that represents a region is served by that region's office.
      const leads = units
        .filter((u) => u.region.code === code && u.parentId === null && u.representsRegionId === null)
        .filter((u) => u._count.taskUnits > 0 || u.id === bureau.id)
        .sort((a, b) => b._count.taskUnits - a._count.taskUnits || a.sortOrder - b.sortOrder);
      for (const unit of leads) addUnit(unit, `${code}.${latin(unit)}`);
      if (code !== BUREAU.region) continue;
      for (const role of ['office', 'leader', 'admin'] as const) {
        add({
          username: `${code}.${latin(bureau)}.${role}`,
          role,
          unitId: null,
          regionId: region.id,
          scopeUnitId: bureau.id,
          unit: bureau.name,
          region: code,
          place: bureau.name,
        });
      }
      for (const unit of units.filter((u) => u.parentId === bureau.id && u._count.taskUnits > 0))
        addUnit(unit, `${code}.${latin(bureau)}-${latin(unit)}`);
    }
    add({
      username: ADMIN_USERNAME,
      role: 'admin',
      unitId: null,
      regionId: null,
      scopeUnitId: null,
      unit: null,
      region: null,
      place: '平台',
    });
    addBeside([...accounts], await unitsOnLists(tx));
    if (new Set(accounts.map((a) => a.username)).size < accounts.length) throw new Error('two accounts of one name');
    return accounts;

    function addBeside(first: readonly DemoAccount[], onLists: ReadonlySet<number>): void {
      const second = (username: string, place?: string) => {
        const { displayName: _name, ...account } = first.find((one) => one.username === username)!;
        add({ ...account, username: `${username}2`, place: place ?? account.place }, true);
      };
      for (const { region: code } of DISTRICTS) {
        second(`${code}.office`);
        second(`${code}.leader`);
      }
      second(`${BUREAU.region}.${latin(bureau)}.office`);
      for (const unit of SECOND_REPORTERS) second(`${unit}.reporter`);
      const staffed = new Set(first.map((account) => account.unitId));
      for (const unit of units) {
        if (!onLists.has(unit.id) || staffed.has(unit.id)) continue;
        if (unit.representsRegionId !== null) {
          const district = [...regions.values()].find((region) => region.id === unit.representsRegionId)!;
          if (first.some((account) => account.username === `${district.code}.office`)) continue;
          add(
            {
              username: `${district.code}.office`,
              role: 'office',
              unitId: null,
              regionId: district.id,
              scopeUnitId: null,
              unit: null,
              region: district.code,
              place: `${district.name}优化办`,
            },
            true,
          );
        } else {
          const prefix = unit.parentId === bureau.id ? `ezhou.${latin(bureau)}-` : `${unit.region.code}.`;
          add(reporterOf(unit, `${prefix}${latin(unit)}`), true);
        }
      }
    }

    function latin(unit: (typeof units)[number]): string {
      return LATIN[unit.name.replace(/^[市区](?!场)/, '')] ?? LATIN[unit.name] ?? `unit${unit.sortOrder}`;
    }
    function addUnit(unit: (typeof units)[number], prefix: string): void {
      const reporter = reporterOf(unit, prefix);
      add(reporter);
      add({ ...reporter, username: `${prefix}.head`, role: 'unit_head' });
    }
    function reporterOf(unit: (typeof units)[number], prefix: string) {
      return {
        username: `${prefix}.reporter`,
        role: 'unit_reporter' as const,
        unitId: unit.id,
        regionId: null,
        scopeUnitId: null,
        unit: unit.name,
        region: unit.region.code,
        place: unit.name,
      };
    }
  });
}

/** Every unit that a list in the database names or means, as member of a collective too. */
async function unitsOnLists(tx: Tx): Promise<Set<number>> {
  const rows = await tx.$queryRaw<{ id: number }[]>`
    SELECT DISTINCT m.unit_id AS id FROM task_units_as_of(ledger_today()) m JOIN task t ON t.id = m.task_id`;
  return new Set(rows.map((row) => row.id));
}

export type Person = {
  id: number;
  name: string;
  words: string;
  role: Role;
  unitId: number | null;
  isBeside: boolean;
};

/** Makes the accounts and writes them with their passwords to <dataDir>/demo-accounts.json (mode 600); once. */
export async function seedAccounts(dataDir: string): Promise<Map<string, Person>> {
  const planned = await planAccounts();
  const file = path.join(dataDir, 'demo-accounts.json');
  await inTransaction(
    async (tx) => {
      await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('seed accounts'))`;
      if (await tx.account.findUnique({ where: { username: MARK }, select: { id: true } })) {
        if (!existsSync(file)) console.warn(`演示账号已经存在，密码写在建立时所用的数据目录里；${file} 不再生成。`);
        return;
      }
      const passwords = planned.map(() => generatePassword());
      const hashes = await Promise.all(passwords.map(hashPassword));
      const data = planned.map((account, index) => ({
        username: account.username,
        displayName: account.username === ADMIN_USERNAME ? '平台管理员' : account.displayName,
        passwordHash: hashes[index]!,
        mustChangePassword: false,
        roles: [account.role],
        unitId: account.unitId,
        regionId: account.regionId,
        scopeUnitId: account.scopeUnitId,
      }));
      await tx.account.createMany({ data, skipDuplicates: true });
      // Loading the lists alone (seedEmpty) may have made the platform's admin with a password that nobody here knows.
      const admin = data.find((account) => account.username === ADMIN_USERNAME)!;
      await tx.account.update({
        where: { username: ADMIN_USERNAME },
        data: { passwordHash: admin.passwordHash, mustChangePassword: false, passwordChangedAt: new Date() },
      });
      // Before the commit: an interrupted run leaves at worst a file that the next one replaces.
      const entries = planned.map(({ username, role, unit, region }, index) => ({
        username,
        password: passwords[index]!,
        role,
        unit,
        region,
      }));
      mkdirSync(dataDir, { recursive: true });
      writeFileSync(`${file}.new`, `${JSON.stringify(entries, null, 2)}\n`, { mode: 0o600 });
      renameSync(`${file}.new`, file);
    },
    { timeout: 120_000 },
  );
  const stored = await inTransaction((tx) => tx.account.findMany({ select: { id: true, username: true } }));
  const ids = new Map(stored.map((account) => [account.username, account.id]));
  return new Map(
    planned.map((account) => {
      const words = `${account.displayName}（${account.place} ${roleWords([account.role])}）`;
      const { displayName: name, role, unitId, isBeside } = account;
      return [account.username, { id: ids.get(account.username)!, name, words, role, unitId, isBeside }];
    }),
  );
}
