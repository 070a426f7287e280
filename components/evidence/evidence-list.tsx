import { Badge } from '@/components/ui/badge';
import type { EvidenceView } from '@/lib/evidence/evidence.schema';
import type { EvidenceHints } from '@/lib/evidence/evidence-hints.rules';
import { isPreviewedImage, isPreviewedPdf } from '@/lib/evidence/preview.rules';
import { factWords, kindWords } from './evidence-words';
import { ImagePreview, PdfPreview } from './previews';

type EvidenceListProps = {
  items: EvidenceView[];
  /** For the reviewer; from listEvidenceHints. */
  hints?: EvidenceHints;
};

function Preview({ item }: { item: EvidenceView }) {
  if (item.kind === 'LINK') return null;
  if (isPreviewedImage(item.mediaType)) return <ImagePreview id={item.id} title={item.title} />;
  return isPreviewedPdf(item.mediaType) ? <PdfPreview id={item.id} title={item.title} /> : null;
}

/** Submitted evidence: what it is, who gave it, download and preview. */
export function EvidenceList({ items, hints }: EvidenceListProps) {
  if (items.length === 0) return null;
  return (
    <ul aria-label="佐证材料" className="divide-y divide-line-soft border-y border-line-soft">
      {items.map((item) => {
        const facts = factWords(item);
        return (
          <li key={item.id} className="py-1.5">
            {item.kind === 'FILE' ? (
              <a
                href={`/api/evidence/${item.id}`}
                download
                className="rounded-sm wrap-anywhere text-accent underline decoration-accent/30 underline-offset-3 hover:decoration-accent"
              >
                {item.title}
              </a>
            ) : (
              <a
                href={item.url}
                target="_blank"
                rel="noopener noreferrer nofollow external"
                className="rounded-sm wrap-anywhere text-accent underline decoration-accent/30 underline-offset-3 hover:decoration-accent"
              >
                {item.title}
                <span className="sr-only">（在新窗口打开）</span>
              </a>
            )}
            <p className="text-xs text-mute">
              {kindWords(item)}　{item.unitName ?? item.uploadedByName} {item.uploadedOn}
              {facts ? `　${facts}` : ''}
            </p>
            {hints?.[item.id]?.length ? (
              <p className="mt-0.5 flex flex-wrap gap-1">
                {hints[item.id]!.map((hint) => (
                  <Badge key={hint.words} tone={hint.tone === 'ok' ? 'green' : 'amber'} className="whitespace-normal">
                    <span aria-hidden="true">{hint.tone === 'ok' ? '✓ ' : '? '}</span>
                    {hint.words}
                  </Badge>
                ))}
              </p>
            ) : null}
            <Preview item={item} />
          </li>
        );
      })}
    </ul>
  );
}
