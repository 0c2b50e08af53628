import { Fragment } from 'react'

/** A next hop or a peer. Hubs name theirs by the end of an ARM id, `expressRouteGateways/ergw-weu`, which may break behind its slash. */
export function HopName({ name }: { name: string }) {
  return name.split('/').map((word, n) => (
    // the words of a name keep their places
    <Fragment key={`${n} ${word}`}>
      {n > 0 && (
        <>
          /<wbr />
        </>
      )}
      {word}
    </Fragment>
  ))
}
