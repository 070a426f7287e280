import { z } from 'zod';

/** seeds/units.json. */
export const registrySchema = z.object({
  regions: z.array(
    z.object({
      code: z.string(),
      name: z.string(),
      level: z.enum(['city', 'district', 'zone']),
      parent: z.string().nullable(),
    }),
  ),
  units: z.array(
    z.object({
      region: z.string(),
      name: z.string().min(1),
      fullName: z.string().nullable(),
      kind: z.string(),
      parent: z.string().nullable(),
      aliases: z.array(z.string().min(1)),
      divisions: z.array(z.string().min(1)),
      note: z.string().nullable(),
    }),
  ),
  collectives: z.array(
    z.object({
      region: z.string(),
      phrase: z.string().min(1),
      parent: z.string().nullable(),
      aliases: z.array(z.string().min(1)),
      members: z.array(z.string().min(1)).nullable(),
      note: z.string().nullable(),
    }),
  ),
});

export type Registry = z.infer<typeof registrySchema>;
