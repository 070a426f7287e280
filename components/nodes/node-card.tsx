import { AddNodeForm, ChangeNodeForms, NodeDoneForm, UndoNodeForm } from '@/components/nodes/node-forms';
import { Badge } from '@/components/ui/badge';
import { Card } from '@/components/ui/card';
import { StepForm } from '@/components/ui/step-form';
import {
  addNodeAction,
  changeNodeAction,
  makeNodesOfPartsAction,
  removeNodeAction,
  reportNodeDoneAction,
  undoNodeAction,
} from '@/lib/nodes/node.actions';
import type { NodeBoard, NodeView } from '@/lib/nodes/node.queries';
import { suggestedPercent } from '@/lib/nodes/node.rules';

/** One node in words: its date, what, by whom, done, late, after the task's date. */
function NodeLine({ node }: { node: NodeView }) {
  return (
    <p>
      <span className={node.isLate ? 'mr-2 text-red' : 'mr-2 text-mute'}>{node.dueOn}</span>
      <span className="font-medium">{node.title}</span>
      <span className="text-mute">（{node.unitName ?? '牵头单位'}）</span>
      {node.doneOn ? (
        <Badge tone="green" className="ml-1">
          {node.doneOn} 完成
        </Badge>
      ) : node.isLate ? (
        <Badge tone="red" className="ml-1">
          已过时限未完成
        </Badge>
      ) : (
        <Badge className="ml-1">未完成</Badge>
      )}
      {node.missedDueOn && node.missedDueOn !== node.dueOn ? (
        <Badge tone={node.isHeldLate && !node.doneOn ? 'amber' : 'plain'} className="ml-1">
          原时限 {node.missedDueOn} 已过，{node.isHeldLate ? '单位自行调整' : '优化办调整'}
        </Badge>
      ) : null}
      {node.isAfterDue ? (
        <Badge tone="amber" className="ml-1">
          晚于任务时限
        </Badge>
      ) : null}
    </p>
  );
}

/** The nodes alone, for a page that decides about something else. */
export function NodeList({ nodes }: { nodes: NodeView[] }) {
  return (
    <ul>
      {nodes.map((node) => (
        <li key={node.id} className="border-b border-line-soft py-1 last:border-0">
          <NodeLine node={node} />
        </li>
      ))}
    </ul>
  );
}

/** The nodes of a task, and for those who may the forms about them. */
export function NodeCard({ board, taskId }: { board: NodeBoard; taskId: number }) {
  const { nodes, canManage, units, bounds, keyFor, partsToMake, today } = board;
  if (nodes.length === 0 && !canManage) return null;
  const done = nodes.filter((node) => node.doneOn !== null).length;
  return (
    <Card
      id="nodes"
      title="节点"
      note={
        nodes.length > 0
          ? `${nodes.length} 个，完成 ${done} 个（${suggestedPercent(nodes)}%）；节点只作完成程度的参考`
          : '没有节点；节点把任务分成有日期的步骤，可分给不同单位'
      }
    >
      <ol>
        {nodes.map((node) => {
          const target = { taskId, nodeId: node.id, version: node.version };
          return (
            <li key={`${node.id}-${node.version}`} className="border-b border-line-soft py-1.5 last:border-0">
              <NodeLine node={node} />
              <div className="flex flex-wrap gap-x-4">
                {node.canReport && node.doneOn === null ? (
                  <NodeDoneForm
                    {...target}
                    fold="登记完成"
                    action={reportNodeDoneAction}
                    idempotencyKey={node.idempotencyKey}
                    today={today}
                  />
                ) : null}
                {node.canReport && node.doneOn !== null ? (
                  <UndoNodeForm {...target} action={undoNodeAction} idempotencyKey={node.idempotencyKey} />
                ) : null}
                {canManage && bounds ? (
                  <ChangeNodeForms
                    {...target}
                    changeAction={changeNodeAction}
                    removeAction={removeNodeAction}
                    idempotencyKey={node.idempotencyKey}
                    units={units}
                    bounds={bounds}
                    current={node}
                    canChange={node.doneOn === null}
                    isMissed={node.isMissed}
                  />
                ) : null}
              </div>
            </li>
          );
        })}
      </ol>
      {canManage && bounds ? (
        <div className="mt-2 print:hidden">
          {partsToMake > 0 ? (
            <StepForm
              action={makeNodesOfPartsAction}
              fields={{ taskId, idempotencyKey: keyFor.parts }}
              button={`按文件分期生成节点（${partsToMake} 个）`}
              variant="plain"
              size="small"
              className="mb-2"
            />
          ) : null}
          <AddNodeForm
            fold="增加节点"
            action={addNodeAction}
            taskId={taskId}
            idempotencyKey={keyFor.add}
            units={units}
            bounds={bounds}
          />
        </div>
      ) : null}
    </Card>
  );
}
