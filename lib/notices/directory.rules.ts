import type { Role } from '@/lib/rights/rights.table';

export type DirectoryAccount = {
  id: number;
  name: string;
  roles: readonly Role[];
  /** The unit it belongs to, merges followed. */
  unitId: number | null;
  regionId: number | null;
  scopeUnitId: number | null;
  /** Non-empty: told of tasks of these work groups alone. */
  workGroupIds: readonly number[];
};
export type DirectoryUnit = {
  id: number;
  /** What it counts as, merges followed. */
  countedId: number;
  parentId: number | null;
  regionId: number;
  representsRegionId: number | null;
  supervisorId: number | null;
};
export type DirectoryHandler = { taskId: number; unitId: number; accountId: number };
type PlanOwner = { regionId: number; ownerUnitId: number | null };

/** Whom to tell, for many tasks at once: the rules of recipients.queries.ts over rows that were read in one go. Pure. */
export class Directory {
  readonly accounts: ReadonlyMap<number, DirectoryAccount>;
  private readonly units: ReadonlyMap<number, DirectoryUnit>;
  private readonly byUnit = new Map<number, DirectoryAccount[]>();
  private readonly byRegion = new Map<number, DirectoryAccount[]>();
  private readonly byTask = new Map<string, number[]>();

  constructor(
    accounts: readonly DirectoryAccount[],
    units: readonly DirectoryUnit[],
    handlers: readonly DirectoryHandler[],
  ) {
    this.accounts = new Map(accounts.map((account) => [account.id, account]));
    this.units = new Map(units.map((unit) => [unit.id, unit]));
    for (const account of accounts) {
      if (account.unitId !== null) push(this.byUnit, account.unitId, account);
      if (account.regionId !== null) push(this.byRegion, account.regionId, account);
    }
    for (const { taskId, unitId, accountId } of handlers) {
      if (this.belongs(accountId, unitId)) push(this.byTask, `${taskId}:${this.counted(unitId)}`, accountId);
    }
  }

  counted(unitId: number): number {
    return this.units.get(unitId)?.countedId ?? unitId;
  }

  /** The account still speaks for the unit: it reports or signs there or in a 科室 of it, heads the unit above it, or acts for the region the unit represents (stillOfUnit). */
  private belongs(accountId: number, unitId: number): boolean {
    const account = this.accounts.get(accountId);
    if (!account) return false;
    const counted = this.counted(unitId);
    const represented = this.units.get(counted)?.representsRegionId ?? null;
    return (
      (this.isUnitPerson(account) && this.placesOf(account.unitId).includes(counted)) ||
      (account.roles.includes('unit_head') &&
        account.unitId !== null &&
        this.placesOf(counted).includes(account.unitId)) ||
      (represented !== null && account.regionId === represented && this.actsForRegion(account))
    );
  }

  /** An officer of the region itself, not limited to work groups of its own plans (ACTS_FOR_REGION). */
  private actsForRegion({ roles, scopeUnitId, workGroupIds }: DirectoryAccount): boolean {
    return roles.includes('office') && scopeUnitId === null && workGroupIds.length === 0;
  }

  private isUnitPerson({ roles }: DirectoryAccount): boolean {
    return roles.includes('unit_reporter') || roles.includes('unit_head');
  }

  /** A unit and the one above it; merges followed. */
  private placesOf(unitId: number | null): number[] {
    if (unitId === null) return [];
    const parent = this.units.get(unitId)?.parentId ?? null;
    return parent === null ? [unitId] : [unitId, this.counted(parent)];
  }

  /** Accounts of a unit in one of the roles; for a unit that represents a region, that region's office too, but for who is limited to work groups. */
  ofUnit(unitId: number, roles: readonly Role[]): number[] {
    const counted = this.counted(unitId);
    const own = (this.byUnit.get(counted) ?? []).filter((account) =>
      account.roles.some((role) => roles.includes(role)),
    );
    const represented = this.units.get(counted)?.representsRegionId ?? null;
    const office =
      represented === null || !roles.includes('unit_reporter')
        ? []
        : (this.byRegion.get(represented) ?? []).filter((account) => this.actsForRegion(account));
    return [...new Set([...own, ...office].map((account) => account.id))].sort((a, b) => a - b);
  }

  /** Who in a unit looks after a task: its 经办人, else every reporter; where the unit has none, its heads or those above it. */
  handlersOf(taskId: number, unitId: number): number[] {
    const named = this.byTask.get(`${taskId}:${this.counted(unitId)}`);
    if (named) return [...named].sort((a, b) => a - b);
    const reporters = this.ofUnit(unitId, ['unit_reporter']);
    return reporters.length > 0 ? reporters : this.headsOf(unitId);
  }

  /** The heads of a unit; of a 科室 without one, those of the unit above it, who sign for it. */
  headsOf(unitId: number): number[] {
    const own = this.ofUnit(unitId, ['unit_head']);
    const parent = this.units.get(this.counted(unitId))?.parentId ?? null;
    return own.length > 0 || parent === null ? own : this.ofUnit(parent, ['unit_head']);
  }

  /** 分管领导 of a unit, or of the one above it where none is named; nobody where who was named leads neither the region nor a unit any more. */
  supervisorsOf(unitId: number): number[] {
    const unit = this.units.get(this.counted(unitId));
    const named = unit?.supervisorId ?? (unit?.parentId ? (this.units.get(unit.parentId)?.supervisorId ?? null) : null);
    const account = named === null ? undefined : this.accounts.get(named);
    if (!unit || !account) return [];
    const { roles, regionId, scopeUnitId } = account;
    const leads = roles.includes('leader') && regionId === unit.regionId && scopeUnitId === null;
    const heads =
      roles.includes('unit_head') && account.unitId !== null && this.placesOf(unit.countedId).includes(account.unitId);
    return leads || heads ? [account.id] : [];
  }

  /** Accounts that run a plan. groups: the work groups of the tasks it is about, of which who is limited to work groups must see every one; left out: the plan as a whole. */
  overseersOf(plan: PlanOwner, role: 'office' | 'leader', groups: readonly (number | null)[] = []): number[] {
    return (this.byRegion.get(plan.regionId) ?? [])
      .filter((account) => account.roles.includes(role) && account.scopeUnitId === plan.ownerUnitId)
      .filter(({ workGroupIds }) => workGroupIds.length === 0 || groups.every((id) => workGroupIds.includes(id ?? -1)))
      .map((account) => account.id)
      .sort((a, b) => a - b);
  }
}

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}
