import { canOpenAdmin } from '@/lib/accounts/account.policy';
import { makeAccountTemplate } from '@/lib/accounts/account-table.rules';
import { findActor } from '@/lib/server/auth/session';

export async function GET(): Promise<Response> {
  const actor = await findActor();
  if (!actor) return new Response('请先登录。', { status: 401 });
  if (!canOpenAdmin(actor)) return new Response('未找到。', { status: 404 });
  return new Response(makeAccountTemplate(), {
    headers: {
      'Content-Type': 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
      'Content-Disposition': `attachment; filename="accounts.xlsx"; filename*=UTF-8''${encodeURIComponent('账号模板.xlsx')}`,
      'Cache-Control': 'no-store',
    },
  });
}
