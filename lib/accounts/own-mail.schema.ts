import { z } from 'zod';
import { emailSchema } from './account.schema';

/** One's own address and whether one wants the daily mail; a box that is not ticked is not sent. */
export const ownMailSchema = z.object({
  email: emailSchema,
  /** The address the form was drawn with. */
  emailBefore: z.string().default(''),
  wantsMail: z.preprocess((value) => value === 'on', z.boolean()),
});
export type OwnMailInput = z.output<typeof ownMailSchema>;
