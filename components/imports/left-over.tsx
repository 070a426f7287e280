import { Card } from '@/components/ui/card';

type LeftOverProps = { pieces: readonly { place: string; text: string }[] };

/** Everything readable of the list that stands in no field: nothing of it is thrown away unseen. */
export function LeftOver({ pieces }: LeftOverProps) {
  return (
    <Card
      title="未归入任何栏的文字"
      id="left-over"
      note="清单中读到、但没有放进各栏的全部文字；清单以外的段落见原始文件"
      className="[&_h2]:scroll-mt-16"
    >
      {pieces.length === 0 ? (
        <p className="text-mute">没有。清单中的文字都已归入各栏、标题或表头。</p>
      ) : (
        <details open={pieces.length <= 8}>
          <summary className="inline-block text-accent hover:underline">{pieces.length} 处</summary>
          <dl className="mt-1.5 divide-y divide-line-soft">
            {pieces.map((piece, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: one place may hold several pieces
              <div key={index} className="grid gap-x-3 py-1 sm:grid-cols-[9rem_minmax(0,1fr)]">
                <dt className="text-sm text-mute">{piece.place}</dt>
                <dd className="border-l-[3px] border-raw-line bg-raw px-2 py-0.5 text-sm whitespace-pre-wrap">
                  {piece.text}
                </dd>
              </div>
            ))}
          </dl>
        </details>
      )}
    </Card>
  );
}
