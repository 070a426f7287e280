'use client';

import { SelectField, TextareaField, TextField } from '@/components/ui/field';
import { FormSummary } from '@/components/ui/form-summary';
import { Notice } from '@/components/ui/notice';
import { SecrecyLine } from '@/components/ui/secrecy-line';
import { SubmitButton } from '@/components/ui/submit-button';
import { useFormAction } from '@/components/ui/use-form-action';
import type { FormState } from '@/lib/server/form-action';
import { addUnitAction, changeUnitAction } from '@/lib/units/unit.actions';
import { UNIT_KIND_LABELS, UNIT_KINDS } from '@/lib/units/unit.schema';

const LABELS = { name: '单位名称', fullName: '全称', kind: '类别', parentId: '上级单位', divisions: '内设和加挂机构' };

/** What someone else saved meanwhile, above what was typed. */
export function LatestUnit({ latest }: { latest?: Record<string, string> }) {
  if (!latest) return null;
  return (
    <Notice tone="info" title="对方保存后的内容">
      名称：{latest.name}；全称：{latest.fullName || '—'}；别名：{latest.aliases || '—'}；内设和加挂机构：
      {latest.divisions || '—'}。再次提交将以您填写的为准。
    </Notice>
  );
}

type UnitFormProps =
  | { regionId: number; parents: Array<{ id: number; label: string }>; parentId?: string; unit?: undefined }
  | {
      unit: { id: number; version: number; name: string; fullName: string | null; divisions: string[] };
      regionId?: undefined;
      parents?: undefined;
      parentId?: undefined;
    };

export function UnitForm({ unit, regionId, parents, parentId }: UnitFormProps) {
  const [state, action] = useFormAction<FormState>(unit ? changeUnitAction : addUnitAction, {
    status: 'idle',
  });
  const typed = state.values;
  return (
    <form action={action} noValidate>
      <FormSummary state={state} labels={LABELS} />
      <LatestUnit latest={state.latest} />
      {unit ? (
        <>
          <input type="hidden" name="unitId" value={unit.id} />
          <input type="hidden" name="version" value={state.latest?.version ?? unit.version} />
        </>
      ) : (
        <input type="hidden" name="regionId" value={regionId} />
      )}
      <div className="grid gap-x-4 sm:grid-cols-2">
        <TextField
          name="name"
          label={LABELS.name}
          hint={unit ? '改名后，原名称自动成为别名，旧文件仍能识别' : '清单中通常印的简称'}
          maxLength={60}
          required
          defaultValue={typed?.name ?? unit?.name}
          errors={state.fieldErrors?.name}
        />
        <TextField
          name="fullName"
          label={LABELS.fullName}
          maxLength={120}
          defaultValue={typed?.fullName ?? unit?.fullName ?? ''}
          errors={state.fieldErrors?.fullName}
        />
        {unit ? null : (
          <>
            <SelectField
              name="kind"
              label={LABELS.kind}
              required
              placeholder="请选择"
              options={UNIT_KINDS.map((kind) => ({ value: kind, label: UNIT_KIND_LABELS[kind] }))}
              defaultValue={typed?.kind ?? ''}
              errors={state.fieldErrors?.kind}
            />
            <SelectField
              name="parentId"
              label={LABELS.parentId}
              hint="科室和二级单位才需选择"
              placeholder="（无，一级单位）"
              options={parents.map((parent) => ({ value: String(parent.id), label: parent.label }))}
              defaultValue={typed?.parentId ?? parentId ?? ''}
              errors={state.fieldErrors?.parentId}
            />
          </>
        )}
      </div>
      <TextareaField
        name="divisions"
        label={LABELS.divisions}
        hint="每行一个，即清单括号中印的名称，如 区发改经信局（发改） 中的“发改”"
        rows={3}
        defaultValue={typed?.divisions ?? unit?.divisions.join('\n') ?? ''}
        errors={state.fieldErrors?.divisions}
      />
      <SecrecyLine />
      <SubmitButton>{unit ? '保存' : '新增单位'}</SubmitButton>
    </form>
  );
}
