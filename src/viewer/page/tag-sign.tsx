export interface TagSignProps {
  readonly tag: string;
  /** Shows only the first two letters, as in the table. */
  readonly isShort?: boolean;
}

/** A tag in its colour and with its name, so that the meaning does not depend on the colour. */
export function TagSign({ tag, isShort = false }: TagSignProps) {
  return (
    <span class={`tag tag-${tag.toLowerCase()}`} title={isShort ? tag : undefined}>
      {isShort ? (
        <>
          <span aria-hidden="true">{tag.slice(0, 2)}</span>
          <span class="hidden">{tag}</span>
        </>
      ) : (
        tag
      )}
    </span>
  );
}
