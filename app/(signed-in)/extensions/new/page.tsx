import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { cache } from 'react';
import { AskExtension, ExtensionEntry } from '@/components/extensions/extension-list';
import { PageTitle } from '@/components/shell/page-title';
import { Card } from '@/components/ui/card';
import { EmptyState } from '@/components/ui/empty-state';
import { TextLink } from '@/components/ui/text-link';
import { findTaskExtensions } from '@/lib/extensions/extension.queries';
import { single } from '@/lib/server/as-of';
import { requireActor } from '@/lib/server/auth/session';
import { today } from '@/lib/server/clock';
import { findTaskDetail } from '@/lib/tasks/task-detail.queries';

// One reading serves the title and the page.
const readPage = cache(async (taskId: string) => {
  const actor = await requireActor();
  const day = await today();
  const asOf = { day, today: day, isToday: true, notice: null };
  const task = await findTaskDetail(actor, taskId, asOf);
  const extensions = task && (await findTaskExtensions(actor, task, asOf));
  return task && extensions ? { task, extensions } : null;
});

export async function generateMetadata({ searchParams }: PageProps<'/extensions/new'>): Promise<Metadata> {
  if (!(await readPage(single(await searchParams, 'task') ?? ''))) notFound();
  return { title: '申请延期' };
}

export default async function NewExtensionPage({ searchParams }: PageProps<'/extensions/new'>) {
  const found = await readPage(single(await searchParams, 'task') ?? '');
  if (!found) notFound();
  const { task, extensions } = found;
  return (
    <>
      <PageTitle
        title="申请延期"
        crumbs={[
          { href: '/extensions', label: '延期' },
          { href: `/tasks/${task.id}`, label: `第 ${task.seq} 项` },
        ]}
      />
      <Card>
        <p className="mb-2">
          <TextLink href={`/tasks/${task.id}`}>{task.text}</TextLink>
        </p>
        {extensions.form ? (
          <div className="max-w-xl">
            <AskExtension taskId={task.id} form={extensions.form} />
          </div>
        ) : (
          <EmptyState title={extensions.refusal ?? '这项任务不由您的单位牵头，或完成时限没有日期，不能申请延期。'} />
        )}
      </Card>
      {extensions.list.length > 0 ? (
        <Card title="此前的申请" note={`${extensions.list.length} 次`}>
          {extensions.list.map((row) => (
            <ExtensionEntry key={row.id} row={row} showsTask={false} asOf={null} />
          ))}
        </Card>
      ) : null}
    </>
  );
}
