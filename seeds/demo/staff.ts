import type { Tx } from '@/lib/server/db';
import type { Person } from './accounts';

export type Staff = {
  office: Person;
  /** Checks what the office has drafted. */
  second: Person;
  leader: Person;
  /** 分管领导 of some units. */
  supervisor: Person;
  /** Who writes and who signs for a unit. */
  of: (unitId: number) => { reporter: Person; head: Person };
  reportersOf: (unitId: number) => Person[];
  /** Somebody who speaks for a unit, if anybody does. */
  find: (unitId: number) => Person | undefined;
};

/** Who speaks for a unit: its reporter and head, or the office of the region that it represents. */
export async function loadStaff(
  tx: Tx,
  chapter: { office: string; leader: string },
  people: ReadonlyMap<string, Person>,
): Promise<Staff> {
  const reporters = new Map<number, Person[]>();
  const heads = new Map<number, Person>();
  for (const person of people.values()) {
    if (person.unitId === null) continue;
    if (person.role === 'unit_reporter')
      reporters.set(person.unitId, [...(reporters.get(person.unitId) ?? []), person]);
    if (person.role === 'unit_head') heads.set(person.unitId, person);
  }
  const standIns = await tx.unit.findMany({
    where: { representsRegionId: { not: null } },
    include: { representsRegion: true },
  });
  for (const unit of standIns) {
    const office = people.get(`${unit.representsRegion?.code}.office`);
    if (office) reporters.set(unit.id, [office]);
  }
  const required = (person: Person | undefined, what: string): Person => {
    if (!person) throw new Error(`no demo account for ${what}`);
    return person;
  };
  const named = (username: string) => required(people.get(username), username);
  return {
    office: named(chapter.office),
    second: named(`${chapter.office}2`),
    leader: named(chapter.leader),
    // A bureau's own leader answers to the region's.
    supervisor: named(`${chapter.leader.split('.')[0]}.leader2`),
    of: (unitId) => {
      const reporter = required(reporters.get(unitId)?.[0], `unit ${unitId}`);
      return { reporter, head: heads.get(unitId) ?? reporter };
    },
    reportersOf: (unitId) => reporters.get(unitId) ?? [],
    find: (unitId) => heads.get(unitId) ?? reporters.get(unitId)?.[0],
  };
}

/** Numbers of rows to come, so that rows and events can name each other before either is written. */
export async function allocateIds(tx: Tx, table: string, count: number): Promise<number[]> {
  const rows = await tx.$queryRaw<{ id: number }[]>`
    SELECT nextval(pg_get_serial_sequence(${table}, 'id'))::int AS id FROM generate_series(1, ${count}::int) ORDER BY 1`;
  return rows.map((row) => row.id);
}
