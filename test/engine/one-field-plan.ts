// The plan of a stand-in target whose objects have one text field: the real reconciliation, the smallest provider around it.
import type { Agreement, PushItem, PushPlan } from '../../integrations/engine/push.ts'
import { type ReconcilePolicy, reconcileFields } from '../../integrations/governance/reconcile.ts'

const side = (value: string) => ({ key: value, shown: value })

export function planOneField(
  field: string,
  item: PushItem<string>,
  value: string,
  agreement: Agreement,
  policy: ReconcilePolicy = 'manual',
): PushPlan {
  const remote = side(value)
  const base = agreement.base[field] ?? (agreement.origin === 'created' ? remote : undefined)
  const { decisions, conflicts, undated, ...reconciled } = reconcileFields({
    fields: { [field]: { base, git: side(item.desired), remote } },
    policy,
    times: { git: item.changedAt, remote: agreement.remoteChangedAt },
    resolutions: agreement.resolutions,
  })
  const changes = Object.keys(reconciled.writeRemote).map((name) => ({ field: name, from: value, to: item.desired }))
  return {
    kind: conflicts.length > 0 ? 'conflict' : changes.length > 0 ? 'change' : 'none',
    changes,
    decisions: decisions.map((decision) => ({ ...decision, name: field })),
    base: reconciled.base,
    undated,
  }
}
