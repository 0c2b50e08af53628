import type { AlertingStatus } from '#lib/alerting/api/index.ts'
import { DisableControlsWithoutRight } from '../access/require-right.tsx'
import { useAccessChange } from '../access/use-access-change.ts'
import { useEndpointQuery } from '../data/index.ts'
import { SaveErrorText } from '../schema-form/save-error-text.tsx'
import { QueryStateView, SkeletonRows } from '../ui/answer-view.tsx'
import { Button } from '../ui/button.tsx'
import { ConfirmButton } from '../ui/overlay/lazy-overlays.tsx'
import { Panel } from '../ui/panel.tsx'
import { MomentText } from '../ui/times/time.tsx'

/** Panel about Peerwatch itself: whether alerting works, the wall displays that are monitored, and the free storage. */
export function PeerwatchHealthPanel() {
  const query = useEndpointQuery('alerting')
  return (
    <Panel title="Peerwatch itself" isOfNow>
      <QueryStateView query={query} skeleton={<SkeletonRows rows={2} height="1.5rem" />}>
        {({ data }) => (
          <div className="grid gap-2 text-sm">
            <p>
              {data.proof.words}
              {data.proof.error && <span className="text-ink-2"> · {data.proof.error}</span>}
            </p>
            {data.storage && <p>{formatStorage(data.storage)}</p>}
            {data.heldDeletion && <HeldDeletion held={data.heldDeletion} />}
            <Walls screens={data.screens} />
          </div>
        )}
      </QueryStateView>
    </Panel>
  )
}

/**
 * Notice about a deletion of old rows from the database. The deletion is larger than usual and therefore waits until an
 * admin confirms it.
 */
function HeldDeletion({ held: { from, upTo } }: { held: NonNullable<AlertingStatus['heldDeletion']> }) {
  const confirm = useAccessChange()
  return (
    <>
      <p>
        <span className="font-semibold">DELETION HELD</span>: rows were deleted by their age at <MomentText at={from} />{' '}
        last, and are due by their age at <MomentText at={upTo} />. Nothing is deleted until an admin confirms it.
      </p>
      <DisableControlsWithoutRight right="settings" isSmall>
        <ConfirmButton
          trigger={<Button>Confirm deletion</Button>}
          question="Delete what is due?"
          effect="Peerwatch was off for days, or the clock of the database is wrong. If the clock is wrong, this deletes rows that should stay."
          action="Delete"
          onConfirm={() => confirm.mutateAsync({ method: 'POST', path: 'alerting/deletion/confirm', body: { upTo } })}
        />
      </DisableControlsWithoutRight>
      <SaveErrorText why={confirm.error} />
    </>
  )
}

/** List of the monitored wall displays, each with the last time at which it reported that it draws its screen. */
function Walls({ screens }: Pick<AlertingStatus, 'screens'>) {
  const remove = useAccessChange()
  if (screens.length === 0)
    return (
      <p className="text-ink-2">
        No wall is watched: open one by a wall’s token or as an admin, with a name in its address, /wall?screen=NOC.
      </p>
    )
  return (
    <>
      <ul className="grid gap-1">
        {screens.map(({ name, lastSeenAt, silent }) => (
          <li key={name} className="flex flex-wrap items-center gap-2">
            <span className={silent ? 'font-semibold' : undefined}>
              {silent ? 'WALL SILENT' : 'Wall'}: {name}
            </span>
            <span className="text-ink-2">
              last drew <MomentText at={lastSeenAt} />
            </span>
            <DisableControlsWithoutRight right="settings" isSmall>
              <ConfirmButton
                trigger={<Button>Remove</Button>}
                question={`Remove wall “${name}”?`}
                effect="Peerwatch no longer reports its silence. If it still runs, it appears here again automatically."
                action="Remove"
                onConfirm={() =>
                  remove.mutateAsync({ method: 'DELETE', path: `alerting/screens/${encodeURIComponent(name)}` })
                }
              />
            </DisableControlsWithoutRight>
          </li>
        ))}
      </ul>
      <SaveErrorText why={remove.error} />
    </>
  )
}

const gibibytes = (bytes: string) => `${(Number(BigInt(bytes) / 1_048_576n) / 1_024).toFixed(1)} GiB`

/** Formats the storage, for example `Database 3.2 GiB, 41.0 GiB of 60.0 GiB free`. */
function formatStorage({ databaseBytes, freeBytes, totalBytes, daysLeft }: NonNullable<AlertingStatus['storage']>) {
  const free =
    freeBytes && totalBytes ? `${gibibytes(freeBytes)} of ${gibibytes(totalBytes)} free` : 'free space not known'
  const left = daysLeft === null ? '' : `, full in ${Math.floor(daysLeft)} days at this growth`
  return `Database ${gibibytes(databaseBytes)}, ${free}${left}`
}
