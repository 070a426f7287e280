import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { cache } from 'react';
import { PrintButton } from '@/components/slips/print-button';
import { SlipPaperView } from '@/components/slips/slip-paper';
import { ButtonLink } from '@/components/ui/button';
import { readId } from '@/lib/dashboards/board.filter';
import { requireActor } from '@/lib/server/auth/session';
import { today } from '@/lib/server/clock';
import { slipFileName } from '@/lib/slips/slip.rules';
import { findSlipPaper } from '@/lib/slips/slip-detail.queries';

// One reading serves the title and the page.
const readPaper = cache(async (slipId: string) => {
  const id = readId(slipId);
  const actor = await requireActor();
  return id === null ? null : findSlipPaper(actor, id, await today());
});

export async function generateMetadata({ params }: PageProps<'/slips/[slipId]/print'>): Promise<Metadata> {
  const paper = await readPaper((await params).slipId);
  if (!paper) notFound();
  // The browser offers it as the name of the PDF.
  return { title: { absolute: slipFileName(paper).replace(/\.docx$/, '') } };
}

/** The paper alone, without navigation, to be printed on A4. */
export default async function PrintSlipPage({ params }: PageProps<'/slips/[slipId]/print'>) {
  const { slipId } = await params;
  const paper = await readPaper(slipId);
  if (!paper) notFound();
  return (
    <main id="main" className="slip-sheet min-h-screen bg-chip py-6 print:bg-white print:p-0">
      <div className="mx-auto mb-4 flex max-w-[210mm] flex-wrap gap-3 px-4 print:hidden">
        <ButtonLink href={`/slips/${slipId}`}>返回督办单</ButtonLink>
        <ButtonLink href={`/api/slips/${slipId}/document`} download>
          下载 Word 文件
        </ButtonLink>
        <PrintButton />
      </div>
      <h1 className="sr-only">{paper.number ?? '拟稿'} 打印版</h1>
      <SlipPaperView paper={paper} />
    </main>
  );
}
