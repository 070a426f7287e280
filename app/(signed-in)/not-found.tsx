import type { Metadata } from 'next';
import { NotFoundWords } from '@/components/shell/not-found-words';

export const metadata: Metadata = { title: '未找到' };

/** The shell has the page's main part already. */
export default function NotFound() {
  return <NotFoundWords />;
}
