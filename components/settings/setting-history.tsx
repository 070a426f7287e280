import { Table, Td, Th } from '@/components/ui/table';
import { formatInstant } from '@/lib/dates';
import type { SettingChange } from '@/lib/settings/region-setting.queries';

/** Who changed a setting when, from what to what: folded away beneath its form. */
export function SettingHistory({
  label,
  changes,
  none = '一直使用系统默认，没有修改过。',
}: {
  label: string;
  changes: SettingChange[];
  none?: string;
}) {
  if (changes.length === 0) return <p className="mt-2 text-xs text-mute">{none}</p>;
  return (
    <details className="mt-2">
      <summary className="inline-block rounded-sm text-sm text-accent underline decoration-accent/30 underline-offset-3">
        修改记录（{changes.length}）
      </summary>
      <Table label={`${label}修改记录`} minWidth="min-w-[34rem]" className="mt-2">
        <thead>
          <tr>
            <Th>自某日起</Th>
            <Th>原为</Th>
            <Th>改为</Th>
            <Th>修改人</Th>
            <Th>依据</Th>
          </tr>
        </thead>
        <tbody>
          {changes.map((change) => (
            <tr key={change.id}>
              <Th scope="row" nowrap>
                {change.validFrom}
              </Th>
              <Td>{change.from}</Td>
              <Td>{change.to}</Td>
              <Td>
                {change.actorWords}
                <span className="block text-xs text-mute">{formatInstant(change.recordedAt)}</span>
              </Td>
              <Td>{change.basis || '—'}</Td>
            </tr>
          ))}
        </tbody>
      </Table>
    </details>
  );
}
