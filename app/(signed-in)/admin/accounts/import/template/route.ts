import { canOpenAdmin } from '@/lib/accounts/account.policy';
import { makeAccountTemplate } from '@/lib/accounts/account-table.rules';
import { attachmentHeaders, XLSX } from '@/lib/server/attachment';
import { findActor } from '@/lib/server/auth/session';

export async function GET(): Promise<Response> {
  const actor = await findActor();
  if (!actor) return new Response('请先登录。', { status: 401 });
  if (!canOpenAdmin(actor)) return new Response('未找到。', { status: 404 });
  return new Response(makeAccountTemplate(), {
    headers: attachmentHeaders({ fileName: '账号模板.xlsx', mediaType: XLSX }, 'accounts.xlsx'),
  });
}
