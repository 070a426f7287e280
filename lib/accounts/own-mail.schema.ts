import { z } from 'zod';

/** Whether one wants the daily mail; a box that is not ticked is not sent. */
export const ownMailSchema = z.object({ wantsMail: z.literal('on').optional() });
