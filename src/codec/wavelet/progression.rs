//! The order of packets (ISO/IEC 15444-1 B.12): precincts sorted by the keys of the five progressions, and layers.

use super::style::{Order, Progression};
use crate::Error;

/// Where a precinct stands in the orders.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) component: u16,
    pub(super) resolution: u8,
    /// Number within its resolution, counted in rows.
    pub(super) number: u32,
    /// The point on the reference grid at which the loops over positions meet it (B.12.1.3 to B.12.1.5).
    pub(super) x: u32,
    pub(super) y: u32,
}

/// Calls `visit` with the index of a precinct and a layer for each packet, in order, until it returns `false`.
/// A packet may come up again in a later progression; the visitor knows which it has had.
pub(super) fn visit_packets(
    places: &[Place],
    layers: u16,
    progressions: &[Progression],
    mut visit: impl FnMut(usize, u16) -> Result<bool, Error>,
) -> Result<(), Error> {
    for progression in progressions {
        let end_layer = progression.end_layer.min(layers);
        for run in runs(places, progression) {
            match progression.order {
                Order::Lrcp | Order::Rlcp => {
                    for layer in 0..end_layer {
                        for &index in &run {
                            if !visit(index as usize, layer)? {
                                return Ok(());
                            }
                        }
                    }
                }
                Order::Rpcl | Order::Pcrl | Order::Cprl => {
                    for &index in &run {
                        for layer in 0..end_layer {
                            if !visit(index as usize, layer)? {
                                return Ok(());
                            }
                        }
                    }
                }
            }
        }
    }
    Ok(())
}

/// Precincts of a progression in order; for RLCP one run a resolution, as the layers go round within each.
fn runs(places: &[Place], progression: &Progression) -> Vec<Vec<u32>> {
    let (components, resolutions) = (progression.components, progression.resolutions);
    let mut chosen: Vec<u32> = (0_u32..)
        .zip(places)
        .filter(|(_, place)| {
            (components.0..components.1).contains(&place.component)
                && (resolutions.0..resolutions.1).contains(&place.resolution)
        })
        .map(|(index, _)| index)
        .collect();
    let key = |index: &u32| {
        let place = &places[*index as usize];
        let (component, resolution) = (u32::from(place.component), u32::from(place.resolution));
        let (x, y) = (place.x, place.y);
        let keys = match progression.order {
            Order::Lrcp | Order::Rlcp => [resolution, component, 0, 0],
            Order::Rpcl => [resolution, y, x, component],
            Order::Pcrl => [y, x, component, resolution],
            Order::Cprl => [component, y, x, resolution],
        };
        (keys, place.number)
    };
    chosen.sort_by_cached_key(key);
    match progression.order {
        Order::Rlcp => chosen
            .chunk_by(|a, b| places[*a as usize].resolution == places[*b as usize].resolution)
            .map(<[u32]>::to_vec)
            .collect(),
        _ => vec![chosen],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two components, two resolutions; the higher has precincts at 0 and 64, the lower one at 0.
    fn places() -> Vec<Place> {
        let mut places = Vec::new();
        for component in 0..2 {
            for (resolution, number, x) in [(0, 0, 0), (1, 0, 0), (1, 1, 64)] {
                places.push(Place {
                    component,
                    resolution,
                    number,
                    x,
                    y: 0,
                });
            }
        }
        places
    }

    /// Layer, resolution, component, number of each packet.
    fn order(order: Order) -> Vec<(u16, u8, u16, u32)> {
        let places = places();
        let whole = Progression {
            resolutions: (0, 33),
            components: (0, 2),
            end_layer: 2,
            order,
        };
        let mut packets = Vec::new();
        visit_packets(&places, 2, &[whole], |index, layer| {
            let place = places[index];
            packets.push((layer, place.resolution, place.component, place.number));
            Ok(true)
        })
        .unwrap();
        packets
    }

    #[test]
    fn the_five_orders_are_those_of_b_12() {
        assert_eq!(
            order(Order::Lrcp)[..7],
            [
                (0, 0, 0, 0),
                (0, 0, 1, 0),
                (0, 1, 0, 0),
                (0, 1, 0, 1),
                (0, 1, 1, 0),
                (0, 1, 1, 1),
                (1, 0, 0, 0)
            ]
        );
        assert_eq!(
            order(Order::Rlcp)[..6],
            [
                (0, 0, 0, 0),
                (0, 0, 1, 0),
                (1, 0, 0, 0),
                (1, 0, 1, 0),
                (0, 1, 0, 0),
                (0, 1, 0, 1)
            ]
        );
        assert_eq!(
            order(Order::Rpcl)[4..12],
            [
                (0, 1, 0, 0),
                (1, 1, 0, 0),
                (0, 1, 1, 0),
                (1, 1, 1, 0),
                (0, 1, 0, 1),
                (1, 1, 0, 1),
                (0, 1, 1, 1),
                (1, 1, 1, 1)
            ]
        );
        assert_eq!(
            order(Order::Pcrl)[..6],
            [
                (0, 0, 0, 0),
                (1, 0, 0, 0),
                (0, 1, 0, 0),
                (1, 1, 0, 0),
                (0, 0, 1, 0),
                (1, 0, 1, 0)
            ]
        );
        assert_eq!(
            order(Order::Cprl)[..6],
            [
                (0, 0, 0, 0),
                (1, 0, 0, 0),
                (0, 1, 0, 0),
                (1, 1, 0, 0),
                (0, 1, 0, 1),
                (1, 1, 0, 1)
            ]
        );
        for all in [
            Order::Lrcp,
            Order::Rlcp,
            Order::Rpcl,
            Order::Pcrl,
            Order::Cprl,
        ] {
            assert_eq!(order(all).len(), 12);
        }
    }
}
