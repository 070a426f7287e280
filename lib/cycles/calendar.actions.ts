'use server';

import { redirect } from 'next/navigation';
import { formAction } from '@/lib/server/form-action';
import { correctCalendar, publishCalendarYear } from './calendar.commands';
import { correctCalendarSchema, publishCalendarSchema } from './calendar.schema';

export const correctCalendarAction = formAction(
  correctCalendarSchema,
  async (actor, input) => {
    const moved = await correctCalendar(actor, input);
    redirect(`/admin/calendar?year=${input.from.slice(0, 4)}&saved=${moved}`);
  },
  'calendar.correct',
);

export const publishCalendarYearAction = formAction(
  publishCalendarSchema,
  async (actor, input) => {
    await publishCalendarYear(actor, input);
    redirect(`/admin/calendar?year=${input.year}`);
  },
  'calendar.publish',
);
