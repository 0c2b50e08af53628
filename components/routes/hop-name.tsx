import { Fragment } from 'react'

/**
 * Name of a next hop, a peer or an instance, with possible line breaks after a slash or underscore and before a capital
 * letter. Some names are long. For example, a next hop of a hub is the end of an ARM ID
 * (`expressRouteGateways/ergw-weu`), and an instance of a Route Server is called `RouteServiceRole_IN_0`. Without line
 * breaks, two such columns make a table wider than its page.
 */
export function HopName({ name }: { name: string }) {
  return name.split(/(?<=[/_])|(?<=[a-z])(?=[A-Z])/).map((word, n) => (
    // the parts of a name keep their order, so the index is a stable key
    <Fragment key={`${n} ${word}`}>
      {n > 0 && <wbr />}
      {word}
    </Fragment>
  ))
}
