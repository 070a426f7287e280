import 'server-only';
import { randomInt } from 'node:crypto';
import { hash, verify } from '@node-rs/argon2';

/** argon2id (the library's default variant) with OWASP's smallest recommended costs. */
const COSTS = { memoryCost: 19456, timeCost: 2, parallelism: 1 };

/** Hash of a password nobody has: verified for an unknown user, so that the answer takes as long as for a known one. */
export const NOBODYS_HASH =
  '$argon2id$v=19$m=19456,t=2,p=1$3Th+4rfSEaPsuScW1HvWug$tO9Yb1nt6ygEkpjX3k8sPAzpeTfIZ0mCnuY/Nw2bJ2w';

export function hashPassword(password: string): Promise<string> {
  return hash(password, COSTS);
}

export function verifyPassword(passwordHash: string, password: string): Promise<boolean> {
  return verify(passwordHash, password);
}

const LETTERS = ['abcdefghijkmnpqrstuvwxyz', 'ABCDEFGHJKLMNPQRSTUVWXYZ', '23456789', '-+=@#'] as const;

const pick = (letters: string): string => letters[randomInt(letters.length)]!;

/** 14 characters of all four classes, none that is mistaken for another when read out. */
export function generatePassword(): string {
  const chars = [...LETTERS.map(pick), ...Array.from({ length: 10 }, () => pick(LETTERS.slice(0, 3).join('')))];
  for (let i = chars.length - 1; i > 0; i--) {
    const j = randomInt(i + 1);
    [chars[i], chars[j]] = [chars[j]!, chars[i]!];
  }
  return chars.join('');
}
