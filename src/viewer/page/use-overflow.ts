import type { RefObject } from "preact";
import { useEffect, useState } from "preact/hooks";

/**
 * At which ends more of a box is to be had by scrolling sideways, as `start`, `end`, `start end` or
 * nothing.
 */
export function useOverflow(box: RefObject<HTMLElement | null>): string {
  const [more, setMore] = useState("");
  useEffect(() => {
    const element = box.current;
    if (element === null) return undefined;
    const look = (): void => {
      const { scrollLeft, scrollWidth, clientWidth } = element;
      setMore([scrollLeft > 1 ? "start" : "", scrollLeft + clientWidth < scrollWidth - 1 ? "end" : ""].filter(Boolean).join(" "));
    };
    const observer = new ResizeObserver(look);
    observer.observe(element);
    // Menus come with the first answer, which widens what scrolls and not the box.
    const inside = new MutationObserver(look);
    inside.observe(element, { childList: true });
    element.addEventListener("scroll", look, { passive: true });
    look();
    return () => {
      observer.disconnect();
      inside.disconnect();
      element.removeEventListener("scroll", look);
    };
  }, []);
  return more;
}
