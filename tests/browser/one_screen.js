// What of a player does not fit its screen, at every step and in both views. `seen` is the smallest letter of each view,
// in CSS pixels.
() => {
    const { model } = window;
    const found = new Set();
    const seen = { sequence: 99, map: 99 };
    const it = document.querySelector('.stssim-player');
    const one = name => it.querySelector(name);
    const inside = (box, frame, slack = 1) => box.left >= frame.left - slack && box.right <= frame.right + slack
        && box.top >= frame.top - slack && box.bottom <= frame.bottom + slack;
    const scrolls = node => /auto|scroll/.test(getComputedStyle(node).overflowY) && node.scrollHeight > node.clientHeight + 1;
    const last = model.get('runs')[0].steps.length;
    for (const view of ['sequence', 'map']) {
        model.set('view', view);
        for (let step = 0; step <= last; step++) {
            model.set('step', step);
            const say = text => found.add(`${view}, step ${step}: ${text}`);
            const page = document.documentElement;
            if (page.scrollHeight > innerHeight || page.scrollWidth > innerWidth) say('the page scrolls');
            const frame = one('.sp-picture'), outer = frame.getBoundingClientRect();
            const moving = [...it.querySelectorAll('*')].filter(scrolls);
            for (const node of moving) {
                if (moving.some(other => other !== node && other.contains(node))) say(`${node.className} scrolls within another`);
            }
            for (const node of moving) {
                if (!/sp-content|sp-picture|sp-editor/.test(node.className)) say(`${node.className} scrolls`);
            }
            for (const node of [...it.children, one('.sp-panel'), frame, ...it.querySelectorAll('button, .sp-sentence, .sp-answer')]) {
                if (node.checkVisibility() && !inside(node.getBoundingClientRect(), it.getBoundingClientRect())) say(`${node.className} is cut off`);
            }
            if (one('.sp-caption').scrollHeight > one('.sp-caption').clientHeight + 1) say('the sentence is cut off');
            const svg = [...frame.querySelectorAll(':scope > svg')].at(-1);
            if (frame.scrollWidth > frame.clientWidth + 1) say('the picture is cut off at the right');
            const scale = svg.getScreenCTM().a;
            for (const text of svg.querySelectorAll('text')) {
                if (text.textContent) seen[view] = Math.min(seen[view], scale * parseFloat(getComputedStyle(text).fontSize));
            }
            if (view === 'map') {
                if (scrolls(frame)) say('the map scrolls');
                for (const part of svg.querySelectorAll('path, circle, rect:not(.paper)')) {
                    if (!inside(part.getBoundingClientRect(), outer)) say('something of the map is cut off');
                }
            } else if (step > 0) {
                const top = one('.sp-banner').getBoundingClientRect().bottom;
                const rows = [...svg.querySelectorAll('[data-row]')].sort((a, b) => a.dataset.row - b.dataset.row);
                const at = rows.findIndex(row => row.classList.contains('now'));
                for (const row of rows.slice(Math.max(0, at - 1), at + 2)) {
                    const box = row.getBoundingClientRect();
                    if (box.top < top - 1 || box.bottom > outer.bottom + 1) say(`row ${row.dataset.row} is out of sight`);
                }
            }
            const panel = one('.sp-content:not([hidden])'), clause = panel.querySelector('.sp-decided');
            if (clause) {
                const cover = panel.querySelector('.sp-stays')?.getBoundingClientRect().bottom ?? 0;
                const box = clause.getClientRects()[0], whole = panel.getBoundingClientRect();
                if (box.top < Math.max(cover, whole.top) || box.bottom > whole.bottom) say('the deciding clause is out of sight');
            }
        }
    }
    return { found: [...found], seen };
}
