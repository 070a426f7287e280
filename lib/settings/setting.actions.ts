'use server';

import { redirect } from 'next/navigation';
import { formAction } from '@/lib/server/form-action';
import { changeRegionSetting, setSupervisor } from './region-setting.commands';
import { changeRegionSettingSchema, setSupervisorSchema } from './region-setting.schema';

export const changeRegionSettingAction = formAction(
  changeRegionSettingSchema,
  async (actor, input) => {
    await changeRegionSetting(actor, input);
    redirect(`/admin/settings?region=${input.regionId}&saved=${input.key}#${input.key}`);
  },
  'setting.change',
);

export const setSupervisorAction = formAction(
  setSupervisorSchema,
  async (actor, input) => {
    await setSupervisor(actor, input);
    redirect(`/admin/units/${input.unitId}?done=supervisor#supervisor`);
  },
  'setting.supervisor',
);
