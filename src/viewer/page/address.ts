import { useEffect, useState } from "preact/hooks";

/** Where the page is: all of it stands in the address, so that reloading, going back and links work. */
export interface Address {
  /** The filter, as the server reads it. */
  readonly query: string;
  /** The row that is open; null: the table. */
  readonly row: number | null;
}

function read(): Address {
  const all = new URLSearchParams(location.search);
  const row = all.get("row");
  all.delete("row");
  return { query: all.toString(), row: row !== null && /^\d+$/.test(row) ? Number(row) : null };
}

function write({ query, row }: Address): string {
  const all = new URLSearchParams(query);
  if (row !== null) all.set("row", String(row));
  const text = all.toString();
  return text === "" ? location.pathname : `?${text}`;
}

export interface Navigation {
  readonly address: Address;
  /** Goes somewhere. `replace` leaves no step to go back to. */
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
