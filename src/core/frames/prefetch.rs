//! What to ask for next, decided in pure code from what is visible and what is held.

use crate::order::sort_by_key;

/// Positions of a stack in the order they are worth having: the current one, then outward, two ahead in the direction
/// of scrolling for one behind.
///
/// `direction` is +1 or -1 (0 counts as +1). Every position of `0..count` comes exactly once.
pub fn outward(index: usize, count: usize, direction: i32) -> impl Iterator<Item = usize> {
    let is_forward = direction >= 0;
    let (mut ahead, mut behind) = (0_usize, 0_usize);
    let n_after = count.saturating_sub(index + 1);
    let n_before = index.min(count);
    let (n_ahead, n_behind) = if is_forward {
        (n_after, n_before)
    } else {
        (n_before, n_after)
    };
    let at = move |is_ahead: bool, distance: usize| {
        if is_ahead == is_forward {
            index + distance
        } else {
            index - distance
        }
    };
    let current = (index < count).then_some(index);
    let rest = std::iter::from_fn(move || {
        let take_ahead = ahead < n_ahead && (ahead < 2 * (behind + 1) || behind >= n_behind);
        if take_ahead {
            ahead += 1;
            Some(at(true, ahead))
        } else if behind < n_behind {
            behind += 1;
            Some(at(false, behind))
        } else {
            None
        }
    });
    current.into_iter().chain(rest)
}

/// Positions of a stack in the order they are played from `index` on, `first` to `last` round and round; then the others.
///
/// Every position of `0..count` comes exactly once.
pub fn onward(
    index: usize,
    count: usize,
    [first, last]: [usize; 2],
) -> impl Iterator<Item = usize> {
    let end = (last + 1).min(count);
    let first = first.min(end);
    let start = if (first..end).contains(&index) {
        index
    } else {
        first
    };
    let others = (end..count).chain(0..first);
    (start..end).chain(first..start).chain(others)
}

/// Stacks that nobody sees, in the order they are worth having: the one after the `active` card of the strip, then all
/// others, small ones first.
///
/// `n_bytes` has one entry for each stack in the order of the strip: what it takes, or `None` for one that is seen or holds no
/// picture.
pub fn stacks_ahead(n_bytes: &[Option<u64>], active: Option<usize>) -> Vec<usize> {
    let is_unseen = |&at: &usize| n_bytes.get(at).is_some_and(Option::is_some);
    let after = active.map_or(0, |at| at + 1);
    let next = (after..n_bytes.len()).find(is_unseen);
    let mut others: Vec<usize> = (0..n_bytes.len())
        .filter(is_unseen)
        .filter(|&at| Some(at) != next)
        .collect();
    // The order of the strip stays among stacks of one size.
    sort_by_key(&mut others, |&at| n_bytes.get(at).copied().flatten());
    next.into_iter().chain(others).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_card_comes_first_and_then_the_small_stacks() {
        let sizes = [Some(90), None, None, Some(500), Some(7), Some(90)];
        assert_eq!(stacks_ahead(&sizes, Some(1)), [3, 4, 0, 5]);
        // The last card has none after it.
        assert_eq!(stacks_ahead(&[Some(9), Some(3), None], Some(2)), [1, 0]);
        assert_eq!(stacks_ahead(&[Some(9), Some(3)], None), [0, 1]);
        assert!(stacks_ahead(&[None], Some(0)).is_empty());
    }

    #[test]
    fn what_is_played_comes_in_the_order_it_is_played() {
        let order = |index, range| onward(index, 6, range).collect::<Vec<_>>();
        assert_eq!(order(2, [0, 5]), [2, 3, 4, 5, 0, 1]);
        assert_eq!(order(3, [2, 4]), [3, 4, 2, 5, 0, 1]);
        assert_eq!(order(0, [2, 4]), [2, 3, 4, 5, 0, 1]);
        assert_eq!(order(9, [7, 9]), [0, 1, 2, 3, 4, 5]);
        assert!(onward(0, 0, [0, 0]).next().is_none());
    }

    #[test]
    fn two_ahead_for_one_behind_and_each_exactly_once() {
        let order: Vec<usize> = outward(5, 12, 1).collect();
        assert_eq!(&order[..7], [5, 6, 7, 4, 8, 9, 3]);
        let back: Vec<usize> = outward(5, 12, -1).collect();
        assert_eq!(&back[..4], [5, 4, 3, 6]);
        for (index, count) in [(0, 1), (0, 7), (6, 7), (3, 7), (0, 0)] {
            let mut all: Vec<usize> = outward(index, count, 1).collect();
            all.sort_unstable();
            assert_eq!(all, (0..count).collect::<Vec<_>>(), "{index} of {count}");
        }
    }
}
