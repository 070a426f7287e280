import { z } from 'zod';
import { type Day, isPlausibleDay } from './dates';

/** Digits and signs as an input method leaves them (２０２２－０６－３０), in their plain form. */
export const plainDigits = (text: string) => text.normalize('NFKC').trim();

/** A day typed in a form. */
export const formDay = (words: string) =>
  z
    .string({ error: words })
    .transform(plainDigits)
    .refine((text): text is Day => isPlausibleDay(text), words);

/** A day that may be left out: null. */
export const optionalFormDay = (words: string) =>
  z
    .string()
    .optional()
    .transform((text) => plainDigits(text ?? ''))
    .refine((text) => text === '' || isPlausibleDay(text), words)
    .transform((text): Day | null => (text === '' ? null : text));
