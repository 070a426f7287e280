import { notFound, redirect } from 'next/navigation';
import { canOpenAdmin } from '@/lib/accounts/account.policy';
import { requireActor } from '@/lib/server/auth/session';

export default async function AdminPage() {
  if (!canOpenAdmin(await requireActor())) notFound();
  redirect('/admin/accounts');
}
