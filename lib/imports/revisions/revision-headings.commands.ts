import 'server-only';
import type { Tx } from '@/lib/server/db';
import { compactText } from '@/lib/text';

type Heading = { id: number; sortOrder: number; name: string; areaId: number | null };

const lastOf = (headings: readonly Heading[]) => Math.max(0, ...headings.map(({ sortOrder }) => sortOrder));

/** The headings and work groups of a plan: a revised list finds those that stand and adds the new ones behind. */
export class PlanHeadings {
  private constructor(
    private readonly tx: Tx,
    private readonly planId: number,
    private readonly areas: Heading[],
    private readonly measures: Heading[],
    private readonly groups: Heading[],
  ) {}

  static async load(tx: Tx, planId: number): Promise<PlanHeadings> {
    const where = { planId };
    const orderBy = { sortOrder: 'asc' } as const;
    const areas = await tx.policyArea.findMany({ where, orderBy });
    const measures = await tx.measure.findMany({ where, orderBy });
    const groups = await tx.workGroup.findMany({ where, orderBy });
    return new PlanHeadings(
      tx,
      planId,
      areas.map(({ id, sortOrder, heading }) => ({ id, sortOrder, name: heading, areaId: null })),
      measures.map(({ id, sortOrder, heading, areaId }) => ({ id, sortOrder, name: heading, areaId })),
      groups.map(({ id, sortOrder, name }) => ({ id, sortOrder, name, areaId: null })),
    );
  }

  private async find(
    headings: Heading[],
    name: string | null,
    areaId: number | null,
    create: (sortOrder: number) => Promise<{ id: number }>,
  ): Promise<number | null> {
    if (name === null) return null;
    const known = headings.find((one) => one.areaId === areaId && compactText(one.name) === compactText(name));
    if (known) return known.id;
    const sortOrder = lastOf(headings) + 1;
    const { id } = await create(sortOrder);
    headings.push({ id, sortOrder, name, areaId });
    return id;
  }

  areaId(heading: string | null): Promise<number | null> {
    const { tx, planId } = this;
    return this.find(this.areas, heading, null, (sortOrder) =>
      tx.policyArea.create({ data: { planId, sortOrder, heading: heading! }, select: { id: true } }),
    );
  }

  measureId(heading: string | null, areaId: number | null): Promise<number | null> {
    const { tx, planId } = this;
    return this.find(this.measures, heading, areaId, (sortOrder) =>
      tx.measure.create({ data: { planId, areaId, sortOrder, heading: heading! }, select: { id: true } }),
    );
  }

  groupId(name: string | null, unitId: number | null): Promise<number | null> {
    const { tx, planId } = this;
    return this.find(this.groups, name, null, (sortOrder) =>
      tx.workGroup.create({ data: { planId, name: name!, sortOrder, unitId }, select: { id: true } }),
    );
  }

  /** Headings follow the tasks beneath them; those without any come last. */
  async sort(order: readonly { areaId: number | null; measureId: number | null }[]): Promise<void> {
    const { tx, planId } = this;
    const sorted = (headings: readonly Heading[], used: readonly (number | null)[]) => {
      const ids = [...new Set([...used, ...headings.map(({ id }) => id)])].filter((id) => id !== null);
      return JSON.stringify(ids.map((id, index) => ({ id, place: index + 1 })));
    };
    const areas = sorted(
      this.areas,
      order.map(({ areaId }) => areaId),
    );
    const measures = sorted(
      this.measures,
      order.map(({ measureId }) => measureId),
    );
    // A place is free before it is taken: the unique key is checked row by row.
    await tx.$executeRaw`UPDATE policy_area SET sort_order = -sort_order WHERE plan_id = ${planId}::int`;
    await tx.$executeRaw`
      UPDATE policy_area a SET sort_order = p.place FROM jsonb_to_recordset(${areas}::jsonb) AS p(id int, place int) WHERE a.id = p.id`;
    await tx.$executeRaw`UPDATE measure SET sort_order = -sort_order WHERE plan_id = ${planId}::int`;
    await tx.$executeRaw`
      UPDATE measure m SET sort_order = p.place FROM jsonb_to_recordset(${measures}::jsonb) AS p(id int, place int) WHERE m.id = p.id`;
  }
}
