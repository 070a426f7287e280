'use server';

import { formAction } from '@/lib/server/form-action';
import { describeEvidence, discardEvidence } from './evidence.commands';
import { describeEvidenceSchema, discardEvidenceSchema } from './evidence.schema';

export const describeEvidenceAction = formAction(
  describeEvidenceSchema,
  async (actor, input) => {
    await describeEvidence(actor, input);
    return '已保存。';
  },
  'evidence.describe',
);

export const discardEvidenceAction = formAction(
  discardEvidenceSchema,
  async (actor, input) => {
    await discardEvidence(actor, input);
    return '已移除。';
  },
  'evidence.discard',
);
