/** Rows of one of the API's lists. */
export const list = async <Row>(url: string, path: string): Promise<Row[]> =>
  ((await (await fetch(`${url}/api/v1/${path}`)).json()) as { data: Row[] }).data
