import type { ComponentProps, ReactNode } from 'react';
import { classes } from '@/components/ui/classes';
import { Textarea } from '@/components/ui/textarea';

const CONTROL =
  'w-full rounded-md border bg-card px-2.5 py-1.5 text-ink disabled:bg-chip disabled:text-mute [&[readonly]]:bg-ground file:mr-2.5 file:rounded-sm file:bg-chip file:px-2 file:text-ink';

function controlClass(errors: string[] | undefined, className?: string): string {
  return classes(CONTROL, errors?.length ? 'border-red' : 'border-edge', className);
}

/** What ties a control to its hint and its error. */
export type FieldAria = {
  id: string;
  'aria-describedby': string | undefined;
  'aria-invalid': true | undefined;
};

type FieldProps = {
  /** Id of the control; FormSummary links to it. */
  id: string;
  label: ReactNode;
  hint?: ReactNode;
  /** The first is shown; the same words stand in the summary. */
  errors?: string[];
  required?: boolean;
  className?: string;
  /** The control; spread the given attributes on it. */
  children: (aria: FieldAria) => ReactNode;
};

function describedBy(id: string, hint: ReactNode, errors: string[] | undefined): string | undefined {
  return classes(hint ? `${id}-hint` : null, errors?.length ? `${id}-error` : null) || undefined;
}

function Required() {
  return (
    <span aria-hidden="true" className="ml-0.5 text-red">
      *
    </span>
  );
}

function HintAndErrors({ id, hint, errors }: { id: string; hint?: ReactNode; errors?: string[] }) {
  return (
    <>
      {hint ? (
        <p id={`${id}-hint`} className="mt-1 text-xs text-mute">
          {hint}
        </p>
      ) : null}
      {errors?.length ? (
        <p id={`${id}-error`} className="mt-1 text-sm text-red">
          {errors.join('；')}
        </p>
      ) : null}
    </>
  );
}

/** Label, control, hint and error; for controls other than those below. */
export function Field({ id, label, hint, errors, required, className, children }: FieldProps) {
  return (
    <div className={classes('mb-3', className)}>
      <label htmlFor={id} className="mb-1 block text-mute">
        {label}
        {required ? <Required /> : null}
      </label>
      {children({
        id,
        'aria-describedby': describedBy(id, hint, errors),
        'aria-invalid': errors?.length ? true : undefined,
      })}
      <HintAndErrors id={id} hint={hint} errors={errors} />
    </div>
  );
}

type Shared = {
  name: string;
  label: ReactNode;
  hint?: ReactNode;
  errors?: string[];
  /** Defaults to `name`; give another where two forms stand on one page (and the same prefix to FormSummary). */
  id?: string;
  /** Class of the whole field. */
  className?: string;
};

type TextFieldProps = Shared & Omit<ComponentProps<'input'>, keyof Shared | 'children'>;

/** One line: text, number, date, password, file … by `type`. */
export function TextField({ name, label, hint, errors, id = name, className, ...input }: TextFieldProps) {
  return (
    <Field id={id} label={label} hint={hint} errors={errors} required={input.required} className={className}>
      {(aria) => <input type="text" {...input} name={name} {...aria} className={controlClass(errors)} />}
    </Field>
  );
}

type TextareaFieldProps = Shared & Omit<ComponentProps<'textarea'>, keyof Shared | 'children'>;

export function TextareaField({
  name,
  label,
  hint,
  errors,
  id = name,
  className,
  rows = 3,
  ...input
}: TextareaFieldProps) {
  return (
    <Field id={id} label={label} hint={hint} errors={errors} required={input.required} className={className}>
      {(aria) => <Textarea rows={rows} {...input} name={name} {...aria} className={controlClass(errors)} />}
    </Field>
  );
}

export type Option = { value: string; label: string; disabled?: boolean };

type SelectFieldProps = Shared &
  Omit<ComponentProps<'select'>, keyof Shared | 'children'> & {
    options: Option[];
    /** First entry with an empty value, e.g. 请选择 or 全部. */
    placeholder?: string;
  };

export function SelectField({
  name,
  label,
  hint,
  errors,
  id = name,
  className,
  options,
  placeholder,
  ...input
}: SelectFieldProps) {
  return (
    <Field id={id} label={label} hint={hint} errors={errors} required={input.required} className={className}>
      {(aria) => (
        // React resets a form after its action and then forgets a select's default: a new key keeps what was chosen.
        <select
          key={String(input.defaultValue ?? '')}
          {...input}
          name={name}
          {...aria}
          className={controlClass(errors, 'h-8.5 py-1')}
        >
          {placeholder === undefined ? null : <option value="">{placeholder}</option>}
          {options.map((option) => (
            <option key={option.value} value={option.value} disabled={option.disabled}>
              {option.label}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

type CheckboxFieldProps = Shared & Omit<ComponentProps<'input'>, keyof Shared | 'children' | 'type'>;

/** One box with its words behind it. */
export function CheckboxField({ name, label, hint, errors, id = name, className, ...input }: CheckboxFieldProps) {
  return (
    <div className={classes('mb-3', className)}>
      <label htmlFor={id} className="inline-flex items-start gap-2">
        <input
          key={String(input.defaultChecked ?? '')}
          {...input}
          type="checkbox"
          id={id}
          name={name}
          aria-describedby={describedBy(id, hint, errors)}
          aria-invalid={errors?.length ? true : undefined}
          className="mt-1 size-3.5 shrink-0"
        />
        <span>
          {label}
          {input.required ? <Required /> : null}
        </span>
      </label>
      <HintAndErrors id={id} hint={hint} errors={errors} />
    </div>
  );
}

type RadioGroupProps = Shared & {
  options: Array<Option & { hint?: ReactNode }>;
  defaultValue?: string;
  required?: boolean;
  /** Beside each other instead of below. */
  inline?: boolean;
};

/** The first choice carries `id`, so that the summary's link lands on it. */
export function RadioGroup({
  name,
  label,
  hint,
  errors,
  id = name,
  className,
  options,
  defaultValue,
  required,
  inline,
}: RadioGroupProps) {
  return (
    <fieldset aria-describedby={describedBy(id, hint, errors)} className={classes('mb-3 min-w-0', className)}>
      <legend className="mb-1 text-mute">
        {label}
        {required ? <Required /> : null}
      </legend>
      <div key={defaultValue ?? ''} className={inline ? 'flex flex-wrap gap-x-5 gap-y-1' : 'space-y-1'}>
        {options.map((option, index) => (
          <label key={option.value} className="flex items-start gap-2">
            <input
              type="radio"
              id={index === 0 ? id : undefined}
              name={name}
              value={option.value}
              defaultChecked={option.value === defaultValue}
              disabled={option.disabled}
              required={required}
              className="mt-1 size-3.5 shrink-0"
            />
            <span>
              {option.label}
              {option.hint ? <span className="block text-xs text-mute">{option.hint}</span> : null}
            </span>
          </label>
        ))}
      </div>
      <HintAndErrors id={id} hint={hint} errors={errors} />
    </fieldset>
  );
}
