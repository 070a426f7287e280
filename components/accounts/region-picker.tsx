import { Button } from '@/components/ui/button';
import { SelectField } from '@/components/ui/field';

type RegionPickerProps = {
  /** The page the choice is sent to. */
  action: string;
  regions: Array<{ id: number; name: string }>;
  /** Chosen now: an id, or 'platform'. */
  current: string;
  /** Offers 平台（不限地区）. */
  withPlatform?: boolean;
  /** Other parameters to keep. */
  keep?: Record<string, string>;
};

/** Chooses the region a form is about; nothing is shown where there is only one. */
export function RegionPicker({ action, regions, current, withPlatform, keep = {} }: RegionPickerProps) {
  if (regions.length + (withPlatform ? 1 : 0) < 2) return null;
  const options = regions.map((region) => ({ value: String(region.id), label: region.name }));
  return (
    <form method="get" action={action} className="flex items-end gap-2">
      {Object.entries(keep).map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
      <SelectField
        name="region"
        id="region-picker"
        label="地区"
        className="mb-0! min-w-40"
        defaultValue={current}
        options={withPlatform ? [{ value: 'platform', label: '平台（不限地区）' }, ...options] : options}
      />
      <Button type="submit">选择</Button>
    </form>
  );
}
