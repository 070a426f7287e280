'use client';

import { SelectField } from '@/components/ui/field';
import type { FormState } from '@/components/ui/form-summary';

export type UnitChoices = {
  /** Mentions that stand today. */
  mentions: { id: number; role: 'LEAD' | 'RESPONSIBLE'; name: string }[];
  /** Units that may be added. */
  units: { id: number; name: string }[];
};

const ROLE_WORDS = { LEAD: '牵头单位', RESPONSIBLE: '责任单位' } as const;
/** Places to add a unit; one more is a second change. */
const PLACES = { addLead: [0], addResponsible: [0, 1, 2] } as const;

/** Which units end and which stand from today on; plain controls, so that it works before JavaScript has loaded. */
export function UnitChoiceFields({
  choices,
  state,
  idPrefix,
}: {
  choices: UnitChoices;
  state: FormState;
  idPrefix: string;
}) {
  const ended = (state.values?.end ?? '').split(',');
  const added = {
    addLead: state.values?.addLead?.split(',') ?? [],
    addResponsible: state.values?.addResponsible?.split(',') ?? [],
  };
  const options = choices.units.map(({ id, name }) => ({ value: String(id), label: name }));
  return (
    <>
      <fieldset className="mb-3" id={`${idPrefix}end`}>
        <legend className="mb-1 text-mute">现有单位（勾选的自今天起不再承担）</legend>
        {choices.mentions.map(({ id, role, name }) => (
          <label key={id} className="flex items-start gap-2">
            <input
              key={String(ended.includes(String(id)))}
              type="checkbox"
              name="end"
              value={id}
              defaultChecked={ended.includes(String(id))}
              className="mt-1 size-3.5 shrink-0"
            />
            <span>
              {name}
              <span className="text-xs text-mute">（{ROLE_WORDS[role]}）</span>
            </span>
          </label>
        ))}
        {state.fieldErrors?.end ? <p className="mt-1 text-sm text-red">{state.fieldErrors.end.join('；')}</p> : null}
      </fieldset>
      {(['addLead', 'addResponsible'] as const).map((field) =>
        PLACES[field].map((place) => (
          <SelectField
            key={`${field}-${place}`}
            name={field}
            id={`${idPrefix}${field}${place === 0 ? '' : place}`}
            label={
              place > 0 ? (
                <span className="sr-only">增加责任单位之{place + 1}</span>
              ) : field === 'addLead' ? (
                '增加牵头单位'
              ) : (
                '增加责任单位'
              )
            }
            placeholder="不增加"
            options={options}
            defaultValue={added[field][place] ?? ''}
            errors={place === 0 ? state.fieldErrors?.[field] : undefined}
          />
        )),
      )}
    </>
  );
}
