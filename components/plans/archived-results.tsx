import { Card } from '@/components/ui/card';
import type { ArchivedResults } from '@/lib/plans/archive.queries';
import type { OutcomeCode } from '@/lib/standing/standing.types';
import { OUTCOME_WORDS } from '@/lib/standing/standing.words';

const ORDER: readonly OutcomeCode[] = ['ON_TIME', 'EXTENDED', 'LATE', 'NOT_ACHIEVED'];

/** What became of the tasks of an archived plan. */
export function ArchivedResultsCard({ results }: { results: ArchivedResults }) {
  return (
    <Card title="归档结果" note="逐项结果见任务清单">
      <ul className="flex flex-wrap gap-x-6 gap-y-1">
        {ORDER.map((code) => (
          <li key={code}>
            {OUTCOME_WORDS[code]} <strong className="font-semibold tabular-nums">{results[code]}</strong> 项
          </li>
        ))}
        {results.others > 0 ? (
          <li className="text-mute">
            不作时限判定 <span className="tabular-nums">{results.others}</span> 项（没有完成日期或已取消）
          </li>
        ) : null}
      </ul>
    </Card>
  );
}
