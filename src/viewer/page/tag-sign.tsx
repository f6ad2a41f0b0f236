export interface TagSignProps {
  readonly tag: string;
  /** As in the table: its first letters. */
  readonly isShort?: boolean;
}

/** A tag in its colour, and in words: colour alone says nothing. */
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
