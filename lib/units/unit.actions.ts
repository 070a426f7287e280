'use server';
import { redirect } from 'next/navigation';
import { type FormState, formAction } from '@/lib/server/form-action';
import { addAlias, addUnit, changeUnit, mergeUnits, moveUnit, removeAlias } from './unit.commands';
import {
  addAliasSchema,
  addUnitSchema,
  changeUnitSchema,
  mergeUnitsSchema,
  moveUnitSchema,
  removeAliasSchema,
} from './unit.schema';

type FormDone = Promise<FormState>;

export async function addUnitAction(previous: FormState, form: FormData): FormDone {
  return formAction(
    addUnitSchema,
    async (actor, input) => {
      redirect(`/admin/units/${await addUnit(actor, input)}?done=added`);
    },
    'unit.add',
  )(previous, form);
}

export async function changeUnitAction(previous: FormState, form: FormData): FormDone {
  return formAction(
    changeUnitSchema,
    async (actor, input) => {
      await changeUnit(actor, input);
      redirect(`/admin/units/${input.unitId}?done=changed`);
    },
    'unit.change',
  )(previous, form);
}

export async function moveUnitAction(previous: FormState, form: FormData): FormDone {
  return formAction(
    moveUnitSchema,
    async (actor, input) => {
      await moveUnit(actor, input);
      redirect(`/admin/units/${input.unitId}?done=moved`);
    },
    'unit.move',
  )(previous, form);
}

export async function addAliasAction(previous: FormState, form: FormData): FormDone {
  return formAction(
    addAliasSchema,
    async (actor, input) => {
      await addAlias(actor, input);
      redirect(`/admin/units/${input.unitId}?done=alias`);
    },
    'unit.add_alias',
  )(previous, form);
}

export async function removeAliasAction(previous: FormState, form: FormData): FormDone {
  return formAction(
    removeAliasSchema,
    async (actor, input) => {
      await removeAlias(actor, input);
      redirect(`/admin/units/${input.unitId}?done=alias`);
    },
    'unit.remove_alias',
  )(previous, form);
}

export async function mergeUnitsAction(previous: FormState, form: FormData): FormDone {
  return formAction(
    mergeUnitsSchema,
    async (actor, input) => {
      await mergeUnits(actor, input);
      redirect(`/admin/units/${input.fromUnitId}?done=merged`);
    },
    'unit.merge',
  )(previous, form);
}
