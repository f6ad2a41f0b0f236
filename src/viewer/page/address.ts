import { useEffect, useState } from "preact/hooks";

/**
 * What the page shows. All of it is in the address, so that reloading, going back and links work.
 */
export interface Address {
  /** The filter, as the query string that the server reads. */
  readonly query: string;
  /** Position of the open row. Null when the table is shown. */
  readonly row: number | null;
}

function read(): Address {
  const all = new URLSearchParams(location.search);
  const row = all.get("row");
  all.delete("row");
  return { query: all.toString(), row: row !== null && /^\d+$/.test(row) ? Number(row) : null };
}

/**
 * Takes the token out of the address, so that it stays in no history and no copied link. The
 * server's cookie stands for it from here on.
 */
export function hideToken(): void {
  const all = new URLSearchParams(location.search);
  if (!all.has("token")) return;
  all.delete("token");
  const text = all.toString();
  history.replaceState(null, "", text === "" ? location.pathname : `?${text}`);
}

function write({ query, row }: Address): string {
  const all = new URLSearchParams(query);
  if (row !== null) all.set("row", String(row));
  const text = all.toString();
  return text === "" ? location.pathname : `?${text}`;
}

export interface Navigation {
  readonly address: Address;
  /** Changes what is shown. With `replace`, no step is left to go back to. */
  readonly go: (change: Partial<Address>, how?: { readonly replace: boolean }) => void;
}

export function useAddress(): Navigation {
  const [address, setAddress] = useState(read);
  useEffect(() => {
    const onBack = (): void => setAddress(read());
    addEventListener("popstate", onBack);
    return () => removeEventListener("popstate", onBack);
  }, []);
  return {
    address,
    go(change, { replace } = { replace: false }) {
      const next = { ...read(), ...change };
      const to = write(next);
      if (replace) history.replaceState(null, "", to);
      else history.pushState(null, "", to);
      setAddress(next);
    },
  };
}
