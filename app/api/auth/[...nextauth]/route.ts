import type { NextRequest } from 'next/server';
import NextAuth from 'next-auth';
import { signIn } from '@/lib/accounts/sign-in.commands';
import { authOptions } from '@/lib/server/auth/options';

// Built at the first request: settings are read when serving, not when building.
const handle = (request: NextRequest, context: RouteContext<'/api/auth/[...nextauth]'>) =>
  NextAuth(request as never, context as never, authOptions(signIn)) as Promise<Response>;

export { handle as GET, handle as POST };
