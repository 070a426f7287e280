'use client';

import { TextField } from '@/components/ui/field';
import { FormSummary } from '@/components/ui/form-summary';
import { SecrecyLine } from '@/components/ui/secrecy-line';
import { SubmitButton } from '@/components/ui/submit-button';
import { useFormAction } from '@/components/ui/use-form-action';
import { LatestUnit } from '@/components/units-admin/unit-form';
import type { FormState } from '@/lib/server/form-action';
import { addAliasAction, removeAliasAction } from '@/lib/units/unit.actions';

type AliasFormsProps = { unitId: number; version: number; aliases: Array<{ id: number; name: string }> };

export function AliasForms({ unitId, version, aliases }: AliasFormsProps) {
  const [added, add] = useFormAction<FormState>(addAliasAction, { status: 'idle' });
  const [removed, remove] = useFormAction<FormState>(removeAliasAction, { status: 'idle' });
  return (
    <>
      <FormSummary state={removed} />
      {aliases.length === 0 ? (
        <p className="mb-3 text-mute">没有别名。</p>
      ) : (
        <ul className="mb-3 max-w-xl divide-y divide-line-soft">
          {aliases.map((alias) => (
            <li key={alias.id} className="flex items-center justify-between gap-3 py-1">
              <span>{alias.name}</span>
              <form action={remove}>
                <input type="hidden" name="unitId" value={unitId} />
                <input type="hidden" name="version" value={version} />
                <input type="hidden" name="aliasId" value={alias.id} />
                <SubmitButton variant="link" size="small" aria-label={`删除别名${alias.name}`} pendingText="删除中…">
                  删除
                </SubmitButton>
              </form>
            </li>
          ))}
        </ul>
      )}
      <form action={add} noValidate className="max-w-xl">
        <FormSummary state={added} labels={{ alias: '新别名' }} />
        <LatestUnit latest={added.latest} />
        <input type="hidden" name="unitId" value={unitId} />
        <input type="hidden" name="version" value={added.latest?.version ?? version} />
        <TextField
          name="alias"
          label="新别名"
          hint="同一地区内，一个名称只能指一个单位"
          maxLength={60}
          required
          defaultValue={added.values?.alias}
          errors={added.fieldErrors?.alias}
        />
        <SecrecyLine />
        <SubmitButton variant="plain">增加别名</SubmitButton>
      </form>
    </>
  );
}
