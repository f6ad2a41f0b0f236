import { tagVariables } from "../../report/tag-palette.ts";

export interface TagSignProps {
  readonly tag: string;
  /** Shows the first two letters alone, as the table does. */
  readonly isShort?: boolean;
}

/** A tag in its colour. Its name is there too, since a colour alone says nothing. */
export function TagSign({ tag, isShort = false }: TagSignProps) {
  return (
    <span class="tag" style={tagVariables(tag)} title={isShort ? tag : undefined}>
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
