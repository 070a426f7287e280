import { z } from 'zod';
import { cleanText } from '@/lib/text';

const id = z.coerce.number().int().min(1).max(2_147_483_647);
const optionalId = z.preprocess((value) => (value === '' || value === undefined ? null : value), id.nullable());

const unitName = (what: string) =>
  z
    .string()
    .transform(cleanText)
    .pipe(
      z
        .string()
        .min(1, `请填写${what}。`)
        .max(60, `${what}最多 60 个字。`)
        .regex(/^[^\n\t]*$/, `${what}不能换行。`),
    );

const fullName = z
  .string()
  .transform(cleanText)
  .pipe(z.string().max(120, '全称最多 120 个字。'))
  .transform((name) => (name === '' ? null : name));

/** One a line, or apart by 、 */
const divisions = z
  .string()
  .transform((text) => [
    ...new Set(
      text
        .split(/[\n、]/)
        .map(cleanText)
        .filter(Boolean),
    ),
  ])
  .pipe(z.array(z.string().max(60, '内设或加挂机构名称最多 60 个字。')).max(100, '最多 100 个。'));

export const UNIT_KINDS = [
  'department',
  'party',
  'group-office',
  'enterprise',
  'division',
  'affiliated',
  'court',
  'zone',
  'town',
] as const;
export type UnitKind = (typeof UNIT_KINDS)[number];

export const UNIT_KIND_LABELS: Record<UnitKind, string> = {
  department: '政府部门',
  party: '党委、群团',
  'group-office': '专项组办公室',
  enterprise: '企业',
  division: '内设科室',
  affiliated: '二级单位',
  court: '法院、检察院',
  zone: '区、开发区',
  town: '乡镇、街道',
};

export const addUnitSchema = z.object({
  regionId: id,
  parentId: optionalId,
  name: unitName('单位名称'),
  fullName,
  kind: z.enum(UNIT_KINDS, { error: '请选择类别。' }),
  divisions,
});
export type AddUnitInput = z.output<typeof addUnitSchema>;

export const changeUnitSchema = z.object({ unitId: id, version: id, name: unitName('单位名称'), fullName, divisions });
export type ChangeUnitInput = z.output<typeof changeUnitSchema>;

export const moveUnitSchema = z.object({
  unitId: id,
  version: id,
  position: z.coerce
    .number({ error: '请填写位次。' })
    .int('位次应是整数。')
    .min(1, '位次从 1 起。')
    .max(100_000, '位次过大。'),
});
export type MoveUnitInput = z.output<typeof moveUnitSchema>;

export const addAliasSchema = z.object({ unitId: id, version: id, alias: unitName('别名') });
export type AddAliasInput = z.output<typeof addAliasSchema>;

export const removeAliasSchema = z.object({ unitId: id, version: id, aliasId: id });
export type RemoveAliasInput = z.output<typeof removeAliasSchema>;

export const mergeUnitsSchema = z.object({
  fromUnitId: id,
  intoUnitId: id,
  fromVersion: id,
  intoVersion: id,
  basis: z
    .string()
    .transform(cleanText)
    .pipe(z.string().min(2, '请填写依据（文件名称和文号）。').max(300, '依据最多 300 个字。')),
});
export type MergeUnitsInput = z.output<typeof mergeUnitsSchema>;
