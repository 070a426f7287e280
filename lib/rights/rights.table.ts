// The one table of rights (DESIGN §5): which action each role may take in which relation to a task or plan. Default is no.

export const ROLES = ['unit_reporter', 'unit_head', 'office', 'leader', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** How a viewer stands to a task or plan. A viewer may stand in several relations; none at all: the thing does not exist for them. */
export const RELATIONS = [
  'lead_unit',
  'responsible_unit',
  'region_unit',
  'plan_office',
  'parent_office',
  'parent_head',
  'platform',
] as const;
export type Relation = (typeof RELATIONS)[number];

export const ACTIONS = [
  'task.read',
  'report.read',
  'report.submit_progress',
  'report.submit_result',
  'report.withdraw',
  'report.return',
  'report.accept',
  'review.read_old',
  'task.reopen',
  'task.cancel',
  'task.correct',
  'task.reassign',
  'task.decide_issue_lateness',
  'extension.request',
  'extension.decide',
  'extension.decide_again',
  'plan.read',
  'plan.read_draft',
  'plan.activate',
  'plan.archive',
  'plan.withdraw',
  'plan.fix_members',
  'question.answer',
  'overdue.read',
  'unit.manage',
  'account.manage',
  'import.commit',
  'task.backfill',
  'task.set_cycle',
  'task.remind',
  'plan.set_rules',
  'sign_for.sign',
  'sign_for.read',
  'objection.raise',
  'objection.decide',
  'paper.sign',
  'colead.opine',
  'node.manage',
  'node.report',
  'handler.set',
  'review.message',
  'evidence.upload',
  'slip.oversee',
  'slip.issue',
  'slip.answer',
  'reminder.read',
  'setting.manage',
  'calendar.correct',
  'job.read',
] as const;
export type Action = (typeof ACTIONS)[number];

type Grant = Partial<Record<Role, readonly Relation[]>>;

const everyone: Grant = {
  unit_reporter: ['lead_unit', 'responsible_unit', 'region_unit'],
  unit_head: ['lead_unit', 'responsible_unit', 'region_unit', 'parent_head'],
  office: ['plan_office', 'parent_office', 'lead_unit', 'responsible_unit', 'region_unit'],
  leader: ['plan_office', 'parent_office'],
  admin: ['plan_office', 'parent_office', 'platform'],
};
const ownUnits: Grant = {
  unit_reporter: ['lead_unit', 'responsible_unit'],
  unit_head: ['lead_unit', 'responsible_unit', 'parent_head'],
  // The office of the region a unit represents acts for that unit on the parent's plan.
  office: ['lead_unit', 'responsible_unit'],
};
const leadsOnly: Grant = {
  unit_reporter: ['lead_unit'],
  unit_head: ['lead_unit', 'parent_head'],
  office: ['lead_unit'],
};
/** Narrowed where they are asked for to who heads the unit, or stands for its head (listHeadedUnits). */
const heads: Grant = {
  unit_head: ['lead_unit', 'responsible_unit', 'parent_head'],
  office: ['lead_unit', 'responsible_unit'],
};
const planOffice: Grant = { office: ['plan_office'] };
const overseers: Grant = {
  office: ['plan_office', 'parent_office'],
  leader: ['plan_office', 'parent_office'],
  admin: ['plan_office', 'parent_office', 'platform'],
};

export const RIGHTS: Record<Action, Grant> = {
  'task.read': everyone,
  'report.read': {
    unit_reporter: ['lead_unit', 'responsible_unit'],
    unit_head: ['lead_unit', 'responsible_unit', 'parent_head'],
    office: ['plan_office', 'parent_office', 'lead_unit', 'responsible_unit'],
    leader: ['plan_office', 'parent_office'],
    admin: ['plan_office', 'parent_office', 'platform'],
  },
  'report.submit_progress': ownUnits,
  'report.submit_result': leadsOnly,
  'report.withdraw': ownUnits,
  'report.return': planOffice,
  'report.accept': planOffice,
  // A review past the limit is shown to the leader.
  'review.read_old': { leader: ['plan_office'] },
  'task.reopen': planOffice,
  'task.cancel': planOffice,
  'task.correct': planOffice,
  'task.reassign': planOffice,
  'task.decide_issue_lateness': planOffice,
  // and there only who heads the unit, or the office that stands for the head of the unit representing its region
  'extension.request': { unit_head: ['lead_unit', 'parent_head'], office: ['lead_unit'] },
  'extension.decide': planOffice,
  'extension.decide_again': { leader: ['plan_office'] },
  'plan.read': everyone,
  'plan.read_draft': { office: ['plan_office'], admin: ['plan_office', 'parent_office', 'platform'] },
  'plan.activate': { office: ['plan_office'], admin: ['plan_office', 'platform'] },
  'plan.archive': planOffice,
  'plan.withdraw': { admin: ['plan_office', 'platform'] },
  'plan.fix_members': planOffice,
  'question.answer': { office: ['plan_office'], admin: ['plan_office', 'platform'] },
  'overdue.read': overseers,
  'unit.manage': { admin: ['plan_office', 'platform'] },
  // A region's admin also manages the accounts of the regions below it.
  'account.manage': { admin: ['plan_office', 'parent_office', 'platform'] },
  'import.commit': { admin: ['plan_office', 'platform'] },
  'task.backfill': planOffice,
  'task.set_cycle': planOffice,
  'task.remind': planOffice,
  // cycles and the days of a plan's lights
  'plan.set_rules': planOffice,
  // and there only a unit that stands on the list
  'sign_for.sign': { unit_reporter: ['region_unit'], unit_head: ['region_unit'], office: ['region_unit'] },
  'sign_for.read': overseers,
  // where the head signs, the head alone
  'objection.raise': ownUnits,
  'objection.decide': planOffice,
  'paper.sign': heads,
  'colead.opine': leadsOnly,
  'node.manage': { ...leadsOnly, office: ['plan_office', 'lead_unit'] },
  // and there only the node's own unit, or the lead
  'node.report': { ...ownUnits, office: ['plan_office', 'lead_unit', 'responsible_unit'] },
  'handler.set': heads,
  'review.message': { ...ownUnits, office: ['plan_office', 'lead_unit', 'responsible_unit'] },
  'evidence.upload': { ...ownUnits, office: ['plan_office', 'lead_unit', 'responsible_unit'] },
  // every slip of the plan; a unit reads those sent to it
  'slip.oversee': overseers,
  'slip.issue': planOffice,
  // sign for and reply, and there only the unit it was sent to; the reply by the head where the head signs
  'slip.answer': { unit_reporter: ['region_unit'], unit_head: ['region_unit'], office: ['region_unit'] },
  'reminder.read': overseers,
  'setting.manage': { admin: ['plan_office', 'platform'] },
  'calendar.correct': { admin: ['platform'] },
  'job.read': { admin: ['platform'] },
};

/** True where one of the roles may take the action in one of the relations. */
export function isAllowed(action: Action, roles: readonly Role[], relations: readonly Relation[]): boolean {
  return roles.some((role) => RIGHTS[action][role]?.some((relation) => relations.includes(relation)) ?? false);
}
