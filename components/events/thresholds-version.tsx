import { useThresholdsVersion } from '../data/index.ts'
import { PageLink } from '../links/page-link.tsx'
import { Moment } from '../ui/times/time.tsx'

/** The thresholds version that raised an event, with its author and time, linked to its values. */
export function ThresholdsVersion({ version }: { version: number }) {
  const { data: saved } = useThresholdsVersion(version)
  return (
    <span>
      <PageLink href={`/settings/thresholds#version-${version}`} className="link">
        {version === 0 ? 'default thresholds' : `thresholds v${version}`}
      </PageLink>
      {saved?.savedAt && (
        <>
          {' of '}
          <Moment at={saved.savedAt} />
        </>
      )}
      {saved?.savedBy && `, by ${saved.savedBy}`}
    </span>
  )
}
