import { useQuery } from '@tanstack/react-query'
import { createEndpointQuery } from '../data/index.ts'
import { PageLink } from '../links/page-link.tsx'
import { MomentText } from '../ui/times/time.tsx'

/**
 * Link to the version of the thresholds that was in use when an event was raised, with the author and time of this
 * version.
 */
export function ThresholdsVersion({ version }: { version: number }) {
  // Version 0 consists of the default values, which no user saved. Its author and time are therefore not requested.
  const { data: saved } = useQuery({
    ...createEndpointQuery('settings/thresholds'),
    enabled: version > 0,
    select: ({ data }) => data.versions.find((one) => one.version === version) ?? null,
  })
  return (
    <span>
      <PageLink href={`/settings/thresholds#version-${version}`} className="link">
        {version === 0 ? 'default thresholds' : `thresholds v${version}`}
      </PageLink>
      {saved?.savedAt && (
        <>
          {' of '}
          <MomentText at={saved.savedAt} />
        </>
      )}
      {saved?.savedBy && `, by ${saved.savedBy}`}
    </span>
  )
}
