// A small world of its own in which every role stands in every relation: regions, units, plans and one account for each kind of viewer.
// How each viewer stands to each piece of ground is typed by hand from DESIGN §5, so that it can be held against what the product finds.
import { randomUUID } from 'node:crypto';
import type { Relation, Role } from '@/lib/rights/rights.table';
import { type Actor, loadActor } from '@/lib/server/auth/actor';
import { hashPassword } from '@/lib/server/auth/password';
import { db, inTransaction } from '@/lib/server/db';
import { toDate } from '@/lib/server/events';

/** The world's simulated today, in the middle of its one cycle. */
export const DAY = '2022-09-20';
export const PASSWORD = 'Ledger-rights-2022';

export const REGIONS = ['city', 'east', 'west', 'far'] as const;
export type RegionKey = (typeof REGIONS)[number];
const REGION_ROWS: Record<RegionKey, { name: string; level: 'city' | 'district'; parent: RegionKey | null }> = {
  city: { name: '江城市', level: 'city', parent: null },
  east: { name: '江东区', level: 'district', parent: 'city' },
  west: { name: '江西区', level: 'district', parent: 'city' },
  far: { name: '远山市', level: 'city', parent: null },
};

const UNIT_ROWS = {
  reform: { region: 'city', name: '市发改委' },
  finance: { region: 'city', name: '市财政局' },
  culture: { region: 'city', name: '市文旅局' },
  housing: { region: 'city', name: '市住建局' },
  planning: { region: 'city', name: '规划科', parent: 'housing' },
  quality: { region: 'city', name: '质量科', parent: 'housing' },
  eastZone: { region: 'city', name: '江东区', represents: 'east' },
  westZone: { region: 'city', name: '江西区', represents: 'west' },
  eastReform: { region: 'east', name: '区发改局' },
  eastFinance: { region: 'east', name: '区财政局' },
  eastCulture: { region: 'east', name: '区文旅局' },
  farReform: { region: 'far', name: '远山发改委' },
} as const satisfies Record<string, { region: RegionKey; name: string; parent?: string; represents?: RegionKey }>;
export type UnitKey = keyof typeof UNIT_ROWS;

/**
 * Where a task can stand: on the city's list (led by a named unit, by a district's unit, by a 科室), on a district's list, on a bureau's own.
 */
export const GROUNDS = ['city', 'zone', 'division', 'district', 'bureau'] as const;
export type Ground = (typeof GROUNDS)[number];
export const PLAN_GROUNDS = ['city', 'district', 'bureau'] as const;
export type PlanGround = (typeof PLAN_GROUNDS)[number];

export const GROUND: Record<
  Ground,
  { plan: PlanGround; lead: UnitKey; named?: UnitKey; isInGroup?: true; collectives?: true }
> = {
  city: { plan: 'city', lead: 'reform', named: 'finance', isInGroup: true, collectives: true },
  zone: { plan: 'city', lead: 'eastZone' },
  division: { plan: 'city', lead: 'planning' },
  district: { plan: 'district', lead: 'eastReform', named: 'eastFinance' },
  bureau: { plan: 'bureau', lead: 'planning', named: 'quality' },
};

/** Who does on a piece of ground what others then act upon. */
export const HANDS: Record<
  Ground,
  { lead: ViewerKey; head: ViewerKey; named: ViewerKey | null; office: ViewerKey; leader: ViewerKey }
> = {
  city: {
    lead: 'lead_reporter',
    head: 'lead_head',
    named: 'named_reporter',
    office: 'city_office',
    leader: 'city_leader',
  },
  zone: { lead: 'east_office', head: 'east_zone_head', named: null, office: 'city_office', leader: 'city_leader' },
  division: {
    lead: 'division_reporter',
    head: 'bureau_head',
    named: null,
    office: 'city_office',
    leader: 'city_leader',
  },
  district: {
    lead: 'east_lead_reporter',
    head: 'east_lead_head',
    named: 'east_named_reporter',
    office: 'east_office',
    leader: 'east_leader',
  },
  bureau: {
    lead: 'division_reporter',
    head: 'bureau_head',
    named: 'quality_reporter',
    office: 'bureau_office',
    leader: 'bureau_leader',
  },
};

type Standing = Partial<Record<Ground, readonly Relation[]>>;
type ViewerRow = {
  roles: readonly Role[];
  unit?: UnitKey;
  region?: RegionKey;
  /** Bound to this unit's own plans. */
  scope?: UnitKey;
  /** Bound to the city's one work group. */
  isLimited?: true;
  isActive?: false;
  mustChangePassword?: true;
  stands: Standing;
  /** To whole plans, where that is not what `stands` says without the units' relations. */
  plans?: Partial<Record<PlanGround, readonly Relation[]>>;
  /** To regions as such, and to what belongs to the platform alone. */
  regions?: Partial<Record<RegionKey | 'platform', readonly Relation[]>>;
  /** Units it speaks for. */
  speaksFor?: readonly UnitKey[];
};

/** Units of a region read all its list. */
const inCity: Standing = { city: ['region_unit'], zone: ['region_unit'], division: ['region_unit'] };
const overCity: Standing = {
  city: ['plan_office'],
  zone: ['plan_office'],
  division: ['plan_office'],
  district: ['parent_office'],
  bureau: ['parent_office'],
};
const everywhere: Standing = {
  city: ['platform'],
  zone: ['platform'],
  division: ['platform'],
  district: ['platform'],
  bureau: ['platform'],
};
const limited = {
  stands: { city: ['plan_office'] },
  plans: { city: ['plan_office'], district: ['parent_office'], bureau: ['parent_office'] },
} as const;

const rows = {
  // units of the city
  lead_reporter: {
    roles: ['unit_reporter'],
    unit: 'reform',
    speaksFor: ['reform'],
    stands: { ...inCity, city: ['region_unit', 'lead_unit'] },
  },
  lead_head: {
    roles: ['unit_head'],
    unit: 'reform',
    speaksFor: ['reform'],
    stands: { ...inCity, city: ['region_unit', 'lead_unit'] },
  },
  named_reporter: {
    roles: ['unit_reporter'],
    unit: 'finance',
    speaksFor: ['finance'],
    stands: { ...inCity, city: ['region_unit', 'responsible_unit'] },
  },
  named_head: {
    roles: ['unit_head'],
    unit: 'finance',
    speaksFor: ['finance'],
    stands: { ...inCity, city: ['region_unit', 'responsible_unit'] },
  },
  // responsible through a collective whose members are known
  member_reporter: {
    roles: ['unit_reporter'],
    unit: 'westZone',
    speaksFor: ['westZone'],
    stands: { ...inCity, city: ['region_unit', 'responsible_unit'] },
  },
  // perhaps meant by 市直有关单位, whose members nobody knows: gains nothing by it
  other_reporter: { roles: ['unit_reporter'], unit: 'culture', speaksFor: ['culture'], stands: inCity },
  other_head: { roles: ['unit_head'], unit: 'culture', speaksFor: ['culture'], stands: inCity },
  // a bureau, its 科室, and those who see to its own plan
  division_reporter: {
    roles: ['unit_reporter'],
    unit: 'planning',
    speaksFor: ['planning'],
    stands: { ...inCity, division: ['region_unit', 'lead_unit'], bureau: ['region_unit', 'lead_unit'] },
  },
  quality_reporter: {
    roles: ['unit_reporter'],
    unit: 'quality',
    speaksFor: ['quality'],
    stands: { ...inCity, bureau: ['region_unit', 'responsible_unit'] },
  },
  bureau_reporter: {
    roles: ['unit_reporter'],
    unit: 'housing',
    speaksFor: ['housing'],
    stands: { ...inCity, bureau: ['region_unit'] },
  },
  bureau_head: {
    roles: ['unit_head'],
    unit: 'housing',
    speaksFor: ['housing', 'planning', 'quality'],
    stands: { ...inCity, division: ['region_unit', 'parent_head'], bureau: ['region_unit', 'parent_head'] },
  },
  bureau_office: { roles: ['office'], region: 'city', scope: 'housing', stands: { bureau: ['plan_office'] } },
  bureau_leader: { roles: ['leader'], region: 'city', scope: 'housing', stands: { bureau: ['plan_office'] } },
  // the city
  city_office: { roles: ['office'], region: 'city', stands: overCity },
  city_leader: { roles: ['leader'], region: 'city', stands: overCity },
  city_admin: {
    roles: ['admin'],
    region: 'city',
    stands: overCity,
    regions: { city: ['plan_office'], east: ['parent_office'], west: ['parent_office'] },
  },
  group_office: { roles: ['office'], region: 'city', isLimited: true, ...limited },
  group_leader: { roles: ['leader'], region: 'city', isLimited: true, ...limited },
  // both a reporter of the lead and an officer of the plan's office
  reporting_officer: {
    roles: ['unit_reporter', 'office'],
    unit: 'reform',
    region: 'city',
    speaksFor: ['reform'],
    stands: {
      city: ['plan_office', 'region_unit', 'lead_unit'],
      zone: ['plan_office', 'region_unit'],
      division: ['plan_office', 'region_unit'],
      district: ['parent_office'],
      bureau: ['parent_office'],
    },
  },
  // districts: their office acts for the unit that stands for them on the city's list
  east_office: {
    roles: ['office'],
    region: 'east',
    speaksFor: ['eastZone'],
    stands: {
      city: ['region_unit', 'responsible_unit'],
      zone: ['region_unit', 'lead_unit'],
      division: ['region_unit'],
      district: ['plan_office'],
    },
  },
  east_leader: { roles: ['leader'], region: 'east', stands: { district: ['plan_office'] } },
  east_admin: {
    roles: ['admin'],
    region: 'east',
    stands: { district: ['plan_office'] },
    regions: { east: ['plan_office'] },
  },
  east_zone_head: {
    roles: ['unit_head'],
    unit: 'eastZone',
    speaksFor: ['eastZone'],
    stands: { ...inCity, city: ['region_unit', 'responsible_unit'], zone: ['region_unit', 'lead_unit'] },
  },
  east_lead_reporter: {
    roles: ['unit_reporter'],
    unit: 'eastReform',
    speaksFor: ['eastReform'],
    stands: { district: ['region_unit', 'lead_unit'] },
  },
  east_lead_head: {
    roles: ['unit_head'],
    unit: 'eastReform',
    speaksFor: ['eastReform'],
    stands: { district: ['region_unit', 'lead_unit'] },
  },
  east_named_reporter: {
    roles: ['unit_reporter'],
    unit: 'eastFinance',
    speaksFor: ['eastFinance'],
    stands: { district: ['region_unit', 'responsible_unit'] },
  },
  east_other_reporter: {
    roles: ['unit_reporter'],
    unit: 'eastCulture',
    speaksFor: ['eastCulture'],
    stands: { district: ['region_unit'] },
  },
  west_office: {
    roles: ['office'],
    region: 'west',
    speaksFor: ['westZone'],
    stands: { ...inCity, city: ['region_unit', 'responsible_unit'] },
  },
  // another branch
  far_reporter: { roles: ['unit_reporter'], unit: 'farReform', speaksFor: ['farReform'], stands: {} },
  far_head: { roles: ['unit_head'], unit: 'farReform', speaksFor: ['farReform'], stands: {} },
  far_office: { roles: ['office'], region: 'far', stands: {} },
  far_leader: { roles: ['leader'], region: 'far', stands: {} },
  far_admin: { roles: ['admin'], region: 'far', stands: {}, regions: { far: ['plan_office'] } },
  // the platform
  platform_admin: {
    roles: ['admin'],
    stands: everywhere,
    regions: {
      city: ['platform'],
      east: ['platform'],
      west: ['platform'],
      far: ['platform'],
      platform: ['platform'],
    },
  },
  // turned away before any right is asked for
  disabled_office: { roles: ['office'], region: 'city', isActive: false, stands: {} },
  disabled_admin: { roles: ['admin'], isActive: false, stands: {} },
  new_office: { roles: ['office'], region: 'city', mustChangePassword: true, stands: {} },
  nobody: { roles: [], stands: {} },
} as const satisfies Record<string, ViewerRow>;

export type ViewerKey = keyof typeof rows;
export const VIEWERS: Record<ViewerKey, ViewerRow> = rows;
export const VIEWER_KEYS = Object.keys(rows) as ViewerKey[];

export type Gate = 'open' | 'sign_in' | 'choose_password';
/** Whom the sign-in lets through at all. */
export function gateOf(key: ViewerKey): Gate {
  const viewer = VIEWERS[key];
  if (key === 'nobody' || viewer.isActive === false) return 'sign_in';
  return viewer.mustChangePassword ? 'choose_password' : 'open';
}

export function standsOn(key: ViewerKey, ground: Ground): readonly Relation[] {
  return VIEWERS[key].stands[ground] ?? [];
}

const OF_A_TASK: readonly Relation[] = ['lead_unit', 'responsible_unit', 'parent_head'];
export function standsToPlan(key: ViewerKey, ground: PlanGround): readonly Relation[] {
  const viewer = VIEWERS[key];
  if (viewer.plans) return viewer.plans[ground] ?? [];
  return standsOn(key, ground).filter((relation) => !OF_A_TASK.includes(relation));
}

export function standsInRegion(key: ViewerKey, region: RegionKey | 'platform'): readonly Relation[] {
  return VIEWERS[key].regions?.[region] ?? [];
}

export function speaksFor(key: ViewerKey, unit: UnitKey): boolean {
  return VIEWERS[key].speaksFor?.includes(unit) ?? false;
}

/** The region a viewer's unit or account belongs to. */
export function homeOf(key: ViewerKey): RegionKey | 'platform' {
  const { region, unit } = VIEWERS[key];
  return region ?? (unit ? regionOfUnit(unit) : 'platform');
}

export const regionOfUnit = (unit: UnitKey): RegionKey => UNIT_ROWS[unit].region;
export const REGION_OF: Record<RegionKey, { parent: RegionKey | null }> = REGION_ROWS;

const hasHead = (unit: UnitKey): boolean =>
  VIEWER_KEYS.some((key) => VIEWERS[key].unit === unit && VIEWERS[key].roles.includes('unit_head'));
/** Head of the unit, or of the one above it; where a unit that represents a district has no head, the district's office stands for it. */
export const isHeadOf = (key: ViewerKey, unit: UnitKey): boolean =>
  speaksFor(key, unit) &&
  (VIEWERS[key].roles.includes('unit_head') ||
    (VIEWERS[key].roles.includes('office') && 'represents' in UNIT_ROWS[unit] && !hasHead(unit)));

export type World = {
  regions: Record<RegionKey, number>;
  units: Record<UnitKey, number>;
  plans: Record<PlanGround, number>;
  drafts: Record<PlanGround, number>;
  cycles: Record<PlanGround, number>;
  groupId: number;
  accounts: Record<Exclude<ViewerKey, 'nobody'>, number>;
  collectives: { known: number; unknown: number };
};

let counter = 0;
/** A number not given before. */
export const next = (): number => ++counter;

const PLAN_OWNERS: Record<PlanGround, { region: RegionKey; owner: UnitKey | null }> = {
  city: { region: 'city', owner: null },
  district: { region: 'east', owner: null },
  bureau: { region: 'city', owner: 'housing' },
};

/** A plan without tasks. */
export async function makePlan(
  world: Pick<World, 'regions' | 'units'>,
  ground: PlanGround,
  status: 'DRAFT' | 'ACTIVE',
): Promise<{ id: number; version: number }> {
  const { region, owner } = PLAN_OWNERS[ground];
  return db().plan.create({
    data: {
      kind: 'TASK_LIST',
      regionId: world.regions[region],
      ownerUnitId: owner && world.units[owner],
      title: `权限核对方案${next()}`,
      year: 2022,
      level: owner ? 'bureau' : region === 'city' ? 'city' : 'district',
      anomalies: [],
      status,
      effectiveFrom: status === 'ACTIVE' ? toDate('2022-03-01') : null,
      effectiveBasis: status === 'ACTIVE' ? '印发通知' : null,
    },
    select: { id: true, version: true },
  });
}

export async function makeUnit(
  world: Pick<World, 'regions'>,
  region: RegionKey,
): Promise<{ id: number; version: number }> {
  const n = next();
  return db().unit.create({
    data: {
      regionId: world.regions[region],
      name: `临设办${n}`,
      kind: 'department',
      divisions: [],
      sortOrder: 1000 + n,
    },
    select: { id: true, version: true },
  });
}

/** An office account of a region, or an admin of the platform. */
export async function makeAccount(
  world: Pick<World, 'regions'>,
  region: RegionKey | 'platform',
): Promise<{ id: number; version: number }> {
  return db().account.create({
    data: {
      username: `target-${next()}`,
      displayName: '被改账号',
      passwordHash: '-',
      mustChangePassword: false,
      roles: region === 'platform' ? ['admin'] : ['office'],
      regionId: region === 'platform' ? null : world.regions[region],
    },
    select: { id: true, version: true },
  });
}

/** A task on a piece of ground, not yet begun. */
export async function makeTask(
  world: World,
  ground: Ground,
  { dueOn = '2022-12-31', text = `推进事项 ${ground}` } = {},
): Promise<number> {
  const { plan, lead, named, isInGroup, collectives } = GROUND[ground];
  const position = next();
  return inTransaction(async (tx) => {
    const { id } = await tx.task.create({
      data: {
        planId: world.plans[plan],
        regionId: world.regions[PLAN_OWNERS[plan].region],
        seq: position,
        sortOrder: position,
        workGroupId: isInGroup ? world.groupId : null,
        text,
        leadText: UNIT_ROWS[lead].name,
        responsibleText: named ? UNIT_ROWS[named].name : '',
        deadlineText: dueOn,
        originalDueOn: toDate(dueOn),
        dueOn: toDate(dueOn),
        ongoing: false,
        inherited: [],
      },
      select: { id: true },
    });
    const mention = (role: 'LEAD' | 'RESPONSIBLE', at: number, to: { unitId: number } | { collectiveId: number }) => ({
      taskId: id,
      role,
      position: at,
      printed: '印发原文',
      divisions: [],
      coUnitIds: [],
      ...to,
    });
    await tx.taskUnit.createMany({
      data: [
        mention('LEAD', 1, { unitId: world.units[lead] }),
        ...(named ? [mention('RESPONSIBLE', 1, { unitId: world.units[named] })] : []),
        ...(collectives
          ? [
              mention('RESPONSIBLE', 2, { collectiveId: world.collectives.known }),
              mention('RESPONSIBLE', 3, { collectiveId: world.collectives.unknown }),
            ]
          : []),
      ],
    });
    await tx.taskEvent.create({
      data: {
        taskId: id,
        type: 'TASK_CREATED',
        origin: 'SEED',
        effectiveOn: toDate('2022-03-01'),
        actorWords: '系统',
        payload: { ongoing: false, dueOn },
      },
      select: { id: true },
    });
    return id;
  });
}

export async function actorOf(world: World, key: ViewerKey): Promise<Actor> {
  const actor = key === 'nobody' ? null : await loadActor(world.accounts[key]);
  if (!actor) throw new Error(`${key} cannot act`);
  return actor;
}

/** Lays out the world in a database that may hold the seeded lists beside it. */
export async function makeWorld(): Promise<World> {
  await db().setting.upsert({
    where: { key: 'simulated_today' },
    create: { key: 'simulated_today', value: DAY },
    update: { value: DAY },
  });
  const regions = {} as World['regions'];
  for (const key of REGIONS) {
    const { name, level, parent } = REGION_ROWS[key];
    const region = await db().region.create({
      data: { code: `viewers-${key}`, name, level, parentId: parent && regions[parent] },
      select: { id: true },
    });
    regions[key] = region.id;
  }
  const units = {} as World['units'];
  for (const [key, row] of Object.entries(UNIT_ROWS) as [UnitKey, (typeof UNIT_ROWS)[UnitKey]][]) {
    const unit = await db().unit.create({
      data: {
        regionId: regions[row.region],
        name: row.name,
        kind: 'represents' in row ? 'zone' : 'department',
        divisions: [],
        sortOrder: next(),
        parentId: 'parent' in row ? units[row.parent] : null,
        representsRegionId: 'represents' in row ? regions[row.represents] : null,
      },
      select: { id: true },
    });
    units[key] = unit.id;
  }
  const collective = (phrase: string, members: UnitKey[]) =>
    db().collective.create({
      data: {
        regionId: regions.city,
        phrase,
        aliases: [],
        membersKnown: members.length > 0,
        members: { create: members.map((key) => ({ unitId: units[key], basis: '印发原文' })) },
      },
      select: { id: true },
    });
  const collectives = {
    known: (await collective('各区', ['eastZone', 'westZone'])).id,
    unknown: (await collective('市直有关单位', [])).id,
  };
  const plans = {} as World['plans'];
  const drafts = {} as World['drafts'];
  const cycles = {} as World['cycles'];
  for (const ground of PLAN_GROUNDS) {
    plans[ground] = (await makePlan({ regions, units }, ground, 'ACTIVE')).id;
    drafts[ground] = (await makePlan({ regions, units }, ground, 'DRAFT')).id;
    const cycle = await db().cycle.create({
      data: {
        planId: plans[ground],
        label: '2022年9月',
        startsOn: toDate('2022-09-01'),
        closesOn: toDate('2022-09-30'),
        graceEndsOn: toDate('2022-10-12'),
      },
      select: { id: true },
    });
    cycles[ground] = cycle.id;
  }
  const group = await db().workGroup.create({
    data: { planId: plans.city, name: '市场环境组', sortOrder: 1 },
    select: { id: true },
  });
  const passwordHash = await hashPassword(PASSWORD);
  const accounts = {} as World['accounts'];
  for (const key of VIEWER_KEYS) {
    if (key === 'nobody') continue;
    const viewer = VIEWERS[key];
    const account = await db().account.create({
      data: {
        username: key.replaceAll('_', '-'),
        displayName: key,
        passwordHash,
        mustChangePassword: viewer.mustChangePassword ?? false,
        isActive: viewer.isActive ?? true,
        roles: [...viewer.roles],
        unitId: viewer.unit ? units[viewer.unit] : null,
        regionId: viewer.region ? regions[viewer.region] : null,
        scopeUnitId: viewer.scope ? units[viewer.scope] : null,
        workGroups: viewer.isLimited ? { create: [{ workGroupId: group.id }] } : undefined,
      },
      select: { id: true },
    });
    accounts[key] = account.id;
  }
  return { regions, units, plans, drafts, cycles, groupId: group.id, accounts, collectives };
}

/** What each form carries so that sending it twice is seen. */
export const formKey = (): string => randomUUID();
